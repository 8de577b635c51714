import fc from 'fast-check';
import type {
  AcknowledgementType,
  Packet,
  ProtocolVersion,
} from '../../../../../hub/gateways/mqtt/codec/index.ts';
import type { Properties } from '../../../../../hub/gateways/mqtt/codec/property.ts';
import {
  isReasonCodeOf,
  type ReasonCodePacket,
  type Receiver,
} from '../../../../../hub/gateways/mqtt/codec/reason-code.ts';

/** Text as MQTT allows it: any character except NUL. */
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replaceAll('\0', ''));
const topicName = text.map((value) => value.replaceAll(/[+#]/g, '')).filter((value) => value !== '');
const topicFilter = fc.oneof(topicName, fc.constantFrom('#', 'a/+/b', '$share/g/a/#'));
const bytes = fc.uint8Array({ maxLength: 200 });
const bit = fc.constantFrom<0 | 1>(0, 1);
const qos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);
const twoBytes = fc.integer({ min: 0, max: 0xffff });
const fromOne = fc.integer({ min: 1, max: 0xffff });
const fourBytes = fc.oneof(fc.constantFrom(0, 0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff }));
const subscriptionIdentifier = fc.oneof(
  fc.constantFrom(1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455),
  fc.integer({ min: 1, max: 268_435_455 }),
);
const userProperties = fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 40 });

const messageProperties = some({
  payloadFormatIndicator: bit,
  contentType: text,
  responseTopic: topicName,
  correlationData: bytes,
  userProperties,
});

const property = {
  sessionExpiryInterval: fourBytes,
  receiveMaximum: fromOne,
  maximumPacketSize: fc.integer({ min: 1, max: 0xffff_ffff }),
  topicAliasMaximum: twoBytes,
  requestResponseInformation: bit,
  requestProblemInformation: bit,
  userProperties,
  authenticationMethod: text,
  authenticationData: bytes,
  maximumQos: bit,
  retainAvailable: bit,
  assignedClientIdentifier: text,
  reasonString: text,
  wildcardSubscriptionAvailable: bit,
  subscriptionIdentifierAvailable: bit,
  sharedSubscriptionAvailable: bit,
  serverKeepAlive: twoBytes,
  responseInformation: text,
  serverReference: text,
  subscriptionIdentifier,
} satisfies { [Name in keyof Required<Properties>]: fc.Arbitrary<NonNullable<Properties[Name]>> };

/** Any packet of a version that a correct peer may send to the receiver. */
export function arbitraryPacket(version: ProtocolVersion, receiver: Receiver): fc.Arbitrary<Packet> {
  const either = [
    publish(version, receiver),
    acknowledgement(version, 'puback'),
    acknowledgement(version, 'pubrec'),
    acknowledgement(version, 'pubrel'),
    acknowledgement(version, 'pubcomp'),
  ];
  const five = version === 5 ? [auth(receiver)] : [];
  if (receiver === 'server') {
    const pingreq = fc.constant({ type: 'pingreq' } as const);
    return fc.oneof(
      ...either,
      ...five,
      subscribe(version),
      unsubscribe(version),
      pingreq,
      disconnect(version, receiver),
    );
  }
  const pingresp = fc.constant({ type: 'pingresp' } as const);
  const last = version === 5 ? [disconnect(version, receiver)] : [];
  return fc.oneof(
    ...either,
    ...five,
    ...last,
    connack(version),
    suback(version),
    unsuback(version),
    pingresp,
  );
}

/** Any CONNECT of a version. */
export function arbitraryConnect(version: ProtocolVersion) {
  const properties = only(
    version,
    'sessionExpiryInterval',
    'receiveMaximum',
    'maximumPacketSize',
    'topicAliasMaximum',
    'requestResponseInformation',
    'requestProblemInformation',
    'userProperties',
    'authenticationMethod',
  );
  return fc
    .record({
      type: fc.constant('connect' as const),
      protocolVersion: fc.constant(version),
      cleanStart: fc.boolean(),
      keepAlive: twoBytes,
      clientIdentifier: text.map((value) => (version === 5 ? value : `c${value}`)),
      will: fc.option(will(version), { nil: undefined }),
      userName: fc.option(text, { nil: undefined }),
      password: fc.option(bytes, { nil: undefined }),
      properties,
    })
    .map((packet) =>
      version < 5 && packet.userName === undefined ? { ...packet, password: undefined } : packet,
    );
}

function will(version: ProtocolVersion) {
  const seconds = version === 5 ? fc.option(fourBytes, { nil: undefined }) : fc.constant(undefined);
  return fc.record({
    topic: topicName,
    payload: bytes,
    qos,
    retain: fc.boolean(),
    properties: version === 5 ? messageProperties : fc.constant(undefined),
    messageExpiryInterval: seconds,
    willDelayInterval: seconds,
  });
}

function publish(version: ProtocolVersion, receiver: Receiver) {
  const v5 = <Value>(arbitrary: fc.Arbitrary<Value>) =>
    version === 5 ? fc.option(arbitrary, { nil: undefined }) : fc.constant(undefined);
  const identifiers = fc.array(subscriptionIdentifier, { minLength: 1, maxLength: 4 });
  return fc
    .record({
      type: fc.constant('publish' as const),
      topic: topicName,
      payload: bytes,
      qos,
      retain: fc.boolean(),
      dup: fc.boolean(),
      packetIdentifier: fromOne,
      properties: version === 5 ? messageProperties : fc.constant(undefined),
      messageExpiryInterval: v5(fourBytes),
      topicAlias: v5(fromOne),
      subscriptionIdentifiers: receiver === 'client' ? v5(identifiers) : fc.constant(undefined),
    })
    .map((packet) => (packet.qos === 0 ? { ...packet, dup: false, packetIdentifier: 0 } : packet));
}

function acknowledgement<Type extends AcknowledgementType>(version: ProtocolVersion, type: Type) {
  return fc.record({
    type: fc.constant(type),
    packetIdentifier: fromOne,
    reasonCode: version === 5 ? reasonCode(type, 'server') : fc.constant(0),
    properties: only(version, 'reasonString', 'userProperties'),
  });
}

function subscribe(version: ProtocolVersion) {
  const isFive = version === 5;
  const subscription = fc
    .record({
      topicFilter,
      qos,
      noLocal: isFive ? fc.boolean() : fc.constant(false),
      retainAsPublished: isFive ? fc.boolean() : fc.constant(false),
      retainHandling: isFive ? fc.constantFrom<0 | 1 | 2>(0, 1, 2) : fc.constant<0 | 1 | 2>(0),
    })
    .map((value) => (value.topicFilter.startsWith('$share/') ? { ...value, noLocal: false } : value));
  return fc.record({
    type: fc.constant('subscribe' as const),
    packetIdentifier: fromOne,
    subscriptions: fc.array(subscription, { minLength: 1, maxLength: 5 }),
    properties: only(version, 'subscriptionIdentifier', 'userProperties'),
  });
}

function unsubscribe(version: ProtocolVersion) {
  return fc.record({
    type: fc.constant('unsubscribe' as const),
    packetIdentifier: fromOne,
    topicFilters: fc.array(topicFilter, { minLength: 1, maxLength: 5 }),
    properties: only(version, 'userProperties'),
  });
}

function connack(version: ProtocolVersion) {
  const properties = only(
    version,
    'sessionExpiryInterval',
    'receiveMaximum',
    'maximumQos',
    'retainAvailable',
    'maximumPacketSize',
    'assignedClientIdentifier',
    'topicAliasMaximum',
    'reasonString',
    'userProperties',
    'wildcardSubscriptionAvailable',
    'subscriptionIdentifierAvailable',
    'sharedSubscriptionAvailable',
    'serverKeepAlive',
    'responseInformation',
    'serverReference',
    'authenticationMethod',
    'authenticationData',
  );
  return fc
    .record({
      type: fc.constant('connack' as const),
      sessionPresent: fc.boolean(),
      reasonCode:
        version === 5 ? reasonCode('connack', 'client') : fc.constantFrom(0, 0x84, 0x85, 0x86, 0x87, 0x88),
      properties,
    })
    .map((packet) => (packet.reasonCode === 0 ? packet : { ...packet, sessionPresent: false }));
}

function suback(version: ProtocolVersion) {
  const code = version === 5 ? reasonCode('suback', 'client') : fc.constantFrom(0, 1, 2, 0x80);
  return fc.record({
    type: fc.constant('suback' as const),
    packetIdentifier: fromOne,
    reasonCodes: fc.array(code, { minLength: 1, maxLength: 5 }),
    properties: only(version, 'reasonString', 'userProperties'),
  });
}

function unsuback(version: ProtocolVersion) {
  const codes = fc.array(reasonCode('unsuback', 'client'), { minLength: 1, maxLength: 5 });
  return fc.record({
    type: fc.constant('unsuback' as const),
    packetIdentifier: fromOne,
    reasonCodes: version === 5 ? codes : fc.constant([]),
    properties: only(version, 'reasonString', 'userProperties'),
  });
}

function disconnect(version: ProtocolVersion, receiver: Receiver) {
  const properties =
    receiver === 'server'
      ? only(version, 'sessionExpiryInterval', 'reasonString', 'userProperties')
      : only(version, 'reasonString', 'userProperties', 'serverReference');
  return fc.record({
    type: fc.constant('disconnect' as const),
    reasonCode: version === 5 ? reasonCode('disconnect', receiver) : fc.constant(0),
    properties,
  });
}

function auth(receiver: Receiver) {
  return fc.record({
    type: fc.constant('auth' as const),
    reasonCode: reasonCode('auth', receiver),
    properties: fc.record(
      {
        authenticationMethod: text,
        authenticationData: bytes,
        reasonString: text,
        userProperties,
      },
      { requiredKeys: ['authenticationMethod'] },
    ),
  });
}

function reasonCode(type: ReasonCodePacket, receiver: Receiver): fc.Arbitrary<number> {
  const codes = Array.from({ length: 256 }, (_, code) => code);
  return fc.constantFrom(...codes.filter((code) => isReasonCodeOf(type, code, receiver)));
}

function only<Name extends keyof typeof property>(version: ProtocolVersion, ...names: Name[]) {
  if (version < 5) return fc.constant(undefined);
  const chosen = Object.fromEntries(names.map((name) => [name, property[name]])) as Pick<
    typeof property,
    Name
  >;
  return some(chosen);
}

/** At least one of the fields, chosen freely; or nothing at all. */
function some<Fields extends Record<string, fc.Arbitrary<unknown>>>(fields: Fields) {
  const record = fc.record(fields, { requiredKeys: [] });
  return fc.option(
    record.filter((value) => Object.keys(value).length > 0),
    { nil: undefined },
  );
}
