import type {
  AcknowledgementPacket,
  AcknowledgementType,
  AuthPacket,
  DisconnectPacket,
  Packet,
  ProtocolVersion,
  PublishPacket,
} from './packet.ts';
import { PacketType, toQos } from './packet-type.ts';
import type { PropertiesOf } from './property.ts';
import { NO_PROPERTIES, readMessageProperties, readProperties } from './property-reader.ts';
import type { PacketReader } from './reader.ts';
import { hex, isReasonCodeOf, malformed, ReasonCode, violation } from './reason-code.ts';
import { readSubscribe, readUnsubscribe } from './subscribe.ts';
import type { TopicNames } from './topic-names.ts';

/** The context on which the meaning of a packet's bytes depends. */
export interface PacketContext {
  readonly version: ProtocolVersion;
  readonly topicNames: TopicNames;
}

/** Reads the body of any packet of a client but CONNECT. Its first byte has been checked. */
export function readBody(reader: PacketReader, first: number, context: PacketContext): Packet {
  const { version, topicNames } = context;
  switch (first >> 4) {
    case PacketType.publish:
      return readPublish(reader, first, context);
    case PacketType.puback:
      return readAcknowledgement('puback', reader, version);
    case PacketType.pubrec:
      return readAcknowledgement('pubrec', reader, version);
    case PacketType.pubrel:
      return readAcknowledgement('pubrel', reader, version);
    case PacketType.pubcomp:
      return readAcknowledgement('pubcomp', reader, version);
    case PacketType.pingreq:
      return { type: 'pingreq' };
    case PacketType.subscribe:
      return readSubscribe(reader, version, topicNames.maxLevels);
    case PacketType.unsubscribe:
      return readUnsubscribe(reader, version, topicNames.maxLevels);
    case PacketType.disconnect:
      return readDisconnect(reader, version);
    case PacketType.auth:
      return readAuth(reader);
    default:
      throw malformed(`the packet type ${first >> 4} is reserved`, 'MQTT 5, 2.1.2');
  }
}

/** MQTT 5, 3.3. */
function readPublish(reader: PacketReader, first: number, context: PacketContext): PublishPacket {
  const qos = toQos((first >> 1) & 0x03);
  const retain = (first & 0x01) !== 0;
  const topic = context.topicNames.read(reader);
  const packetIdentifier = qos === 0 ? 0 : reader.packetIdentifier();
  const { properties, messageExpiryInterval, topicAlias, subscriptionIdentifier } =
    context.version === 5 ? readMessageProperties(reader, 'publish') : NO_PROPERTIES;
  if (topic === '' && topicAlias === undefined) {
    throw violation('there is neither a topic name nor a topic alias', 'MQTT 5, 3.3.2.1');
  }
  if (subscriptionIdentifier !== undefined) {
    throw violation('a client sent a subscription identifier', 'MQTT-3.3.4-6');
  }
  return {
    type: 'publish',
    topic,
    // A message that is retained, in flight or queued may live for long, and should not keep its chunk in memory.
    payload: qos > 0 || retain ? reader.ownRest() : reader.rest(),
    qos,
    retain,
    dup: (first & 0x08) !== 0,
    packetIdentifier,
    properties,
    messageExpiryInterval,
    topicAlias,
  };
}

const acknowledgementClauses: Record<AcknowledgementType, string> = {
  puback: 'MQTT-3.4.2-1',
  pubrec: 'MQTT-3.5.2-1',
  pubrel: 'MQTT-3.6.2-1',
  pubcomp: 'MQTT-3.7.2-1',
};

/** MQTT 5, 3.4–3.7. */
function readAcknowledgement(
  type: AcknowledgementType,
  reader: PacketReader,
  version: ProtocolVersion,
): AcknowledgementPacket {
  const packetIdentifier = reader.packetIdentifier();
  // Reason code and property length can be left out if the reason is 0x00 and there are no properties. (3.4.2.1)
  const hasReason = version === 5 && reader.remaining > 0;
  const reasonCode = hasReason ? readReasonCode(reader, type, acknowledgementClauses[type]) : 0;
  const hasProperties = version === 5 && reader.remaining > 0;
  const properties = hasProperties ? readProperties(reader, 'acknowledgement') : undefined;
  return { type, packetIdentifier, reasonCode, properties };
}

/** MQTT 5, 3.14. A DISCONNECT of MQTT 3.1.1 has no body and says that all is well. */
function readDisconnect(reader: PacketReader, version: ProtocolVersion): DisconnectPacket {
  // The reason code can be left out if it is 0x00, and the property length if there are none. (3.14.2)
  const hasReason = version === 5 && reader.remaining > 0;
  const reasonCode = hasReason
    ? readReasonCode(reader, 'disconnect', 'MQTT-3.14.2-1')
    : ReasonCode.NormalDisconnection;
  const hasProperties = version === 5 && reader.remaining > 0;
  const properties = hasProperties ? readProperties(reader, 'disconnect') : undefined;
  return { type: 'disconnect', reasonCode, properties };
}

/** MQTT 5, 3.15. An empty AUTH would mean Success (3.15.2.1), which only a server sends. */
function readAuth(reader: PacketReader): AuthPacket {
  if (reader.remaining === 0) throw violation('the AUTH is empty', 'MQTT-3.15.2-1');
  const reasonCode = readReasonCode(reader, 'auth', 'MQTT-3.15.2-1');
  return { type: 'auth', reasonCode, properties: readAuthProperties(reader) };
}

/** The properties of an AUTH, which must name the authentication method. */
export function readAuthProperties(reader: PacketReader): PropertiesOf<'auth'> | undefined {
  const properties = readProperties(reader, 'auth');
  if (properties?.authenticationMethod !== undefined) return properties;
  throw violation('the AUTH has no authentication method', 'MQTT 5, 3.15.2.2.2');
}

function readReasonCode(
  reader: PacketReader,
  type: AcknowledgementType | 'disconnect' | 'auth',
  clause: string,
): number {
  const reasonCode = reader.byte('reason code');
  if (isReasonCodeOf(type, reasonCode, 'server')) return reasonCode;
  throw violation(`${hex(reasonCode)} is not a reason code of ${type.toUpperCase()} to a server`, clause);
}
