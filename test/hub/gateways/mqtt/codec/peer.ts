import mqttPacket from 'mqtt-packet';
import type { Packet, ProtocolVersion, Will } from '../../../../../hub/gateways/mqtt/codec/index.ts';
import type { UserProperties } from '../../../../../hub/gateways/mqtt/codec/property.ts';

/** The form in which mqtt-packet, the codec of mqtt.js, holds a packet. */
export type PeerPacket = Readonly<Record<string, unknown>>;

/** A packet as mqtt-packet writes it. */
export function encodeByPeer(packet: PeerPacket, protocolVersion: ProtocolVersion): Buffer {
  return mqttPacket.generate(packet as unknown as mqttPacket.Packet, { protocolVersion });
}

/** The packets that mqtt-packet reads from bytes. Throws its error. */
export function readByPeer(bytes: Buffer, protocolVersion: ProtocolVersion): PeerPacket[] {
  const parser = mqttPacket.parser({ protocolVersion });
  const packets: PeerPacket[] = [];
  parser.on('packet', (packet) => packets.push(packet as unknown as PeerPacket));
  parser.on('error', (error) => {
    throw error;
  });
  parser.parse(bytes);
  return packets;
}

const names: Readonly<Record<string, string>> = {
  type: 'cmd',
  packetIdentifier: 'messageId',
  cleanStart: 'clean',
  keepAlive: 'keepalive',
  clientIdentifier: 'clientId',
  userName: 'username',
  reasonCodes: 'granted',
  topicFilters: 'unsubscriptions',
  topicFilter: 'topic',
  noLocal: 'nl',
  retainAsPublished: 'rap',
  retainHandling: 'rh',
  maximumQos: 'maximumQoS',
  subscriptionIdentifierAvailable: 'subscriptionIdentifiersAvailable',
  subscriptionIdentifiers: 'subscriptionIdentifier',
};

/** The properties that are bytes in the hub's packets and booleans in mqtt-packet's. */
const flags = new Set([
  'payloadFormatIndicator',
  'requestProblemInformation',
  'requestResponseInformation',
  'retainAvailable',
  'wildcardSubscriptionAvailable',
  'subscriptionIdentifierAvailable',
  'sharedSubscriptionAvailable',
]);

/** The same packet in mqtt-packet's form, without the fields that its version lacks. */
export function asPeer(packet: Packet, version: ProtocolVersion): PeerPacket {
  switch (packet.type) {
    case 'connect': {
      const protocolId = packet.protocolVersion === 3 ? 'MQIsdp' : 'MQTT';
      return rename({ ...packet, protocolId, will: packet.will && gather(packet.will) });
    }
    case 'publish': {
      const { packetIdentifier, ...rest } = packet;
      return rename(gather(packet.qos === 0 ? rest : { packetIdentifier, ...rest }));
    }
    case 'connack': {
      const { reasonCode, ...rest } = packet;
      if (version === 5) return rename(packet);
      return rename({ ...rest, returnCode: [0, 0x84, 0x85, 0x88, 0x86, 0x87].indexOf(reasonCode) });
    }
    case 'subscribe':
      return rename({
        ...packet,
        subscriptions: packet.subscriptions.map(({ topicFilter, qos, ...options }) =>
          rename(version === 5 ? { topicFilter, qos, ...options } : { topicFilter, qos }),
        ),
      });
    case 'unsuback': {
      const { reasonCodes, ...rest } = packet;
      return rename(version === 5 ? packet : rest);
    }
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
    case 'disconnect': {
      const { reasonCode, ...rest } = packet;
      return rename(version === 5 ? packet : rest);
    }
    default:
      return rename(packet);
  }
}

/** Collects the properties of a packet, because mqtt-packet has them all in one place. */
function gather(packet: Partial<Packet> | Will): object {
  const {
    properties,
    messageExpiryInterval,
    willDelayInterval,
    topicAlias,
    subscriptionIdentifiers,
    ...rest
  } = packet as Record<string, object | undefined>;
  const all = {
    ...properties,
    messageExpiryInterval,
    willDelayInterval,
    topicAlias,
    subscriptionIdentifiers,
  };
  const isEmpty = Object.values(all).every((value) => value === undefined);
  return isEmpty ? rest : { ...rest, properties: all };
}

function rename(packet: object): PeerPacket {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(packet)) {
    if (value === undefined) continue;
    result[names[name] ?? name] = renameValue(name, value);
  }
  return result;
}

function renameValue(name: string, value: unknown): unknown {
  if (flags.has(name)) return value === 1;
  if (name === 'userProperties') return Object.fromEntries(value as UserProperties);
  if (name === 'subscriptionIdentifiers')
    return (value as number[]).length === 1 ? (value as number[])[0] : value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (name === 'properties' || name === 'will') return rename(value as object);
  return value;
}

/**
 * The packet with user properties that mqtt-packet can hold: it keeps them in an object, so that names are not repeated,
 * and drops empty values.
 */
export function tame<Value>(value: Value): Value {
  if (value instanceof Uint8Array || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(tame) as Value;
  const entries = Object.entries(value).map(([name, field]) => [
    name,
    name === 'userProperties' && field ? tamePairs(field) : tame(field),
  ]);
  return Object.fromEntries(entries);
}

function tamePairs(pairs: UserProperties): UserProperties {
  return pairs.map(([name, value], index) => [`${index}:${name}`, `=${value}`]);
}
