import { readMessageProperties } from './message-properties.ts';
import type { ProtocolVersion, PublishPacket } from './packet.ts';
import { toQos } from './packet-type.ts';
import { PropertyOwner } from './property.ts';
import type { PacketReader } from './reader.ts';
import { violation } from './reason-code.ts';
import { readTopicName, type TopicNames } from './topic-names.ts';
import { ownBytes } from './utf8.ts';

const NO_PROPERTIES = {
  properties: undefined,
  messageExpiryInterval: undefined,
  topicAlias: undefined,
  subscriptionIdentifiers: undefined,
} as const;

/** Reads a PUBLISH (MQTT 5, 3.3) whose first byte has been checked. */
export function readPublish(reader: PacketReader, first: number, context: PacketContext): PublishPacket {
  const qos = toQos((first >> 1) & 0x03);
  const retain = (first & 0x01) !== 0;
  const topic = context.topicNames?.read(reader) ?? readTopicName(reader, 'topic name');
  const packetIdentifier = qos === 0 ? 0 : reader.packetIdentifier();
  const { properties, messageExpiryInterval, topicAlias, subscriptionIdentifiers } =
    context.version === 5 ? readProperties(reader) : NO_PROPERTIES;
  if (topic === '' && topicAlias === undefined) {
    throw violation('there is neither a topic name nor a topic alias', 'MQTT 5, 3.3.2.1');
  }
  return {
    type: 'publish',
    topic,
    // What is retained, in flight or queued lives longer than its chunk should.
    payload: qos > 0 || retain ? ownRest(reader) : reader.rest(),
    qos,
    retain,
    dup: (first & 0x08) !== 0,
    packetIdentifier,
    properties,
    messageExpiryInterval,
    topicAlias,
    subscriptionIdentifiers,
  };
}

/** All that is left, as bytes that can be kept. */
function ownRest(reader: PacketReader): Uint8Array {
  const { bytes, at, end } = reader;
  reader.at = end;
  return ownBytes(bytes, at, end);
}

function readProperties(
  reader: PacketReader,
): typeof NO_PROPERTIES | ReturnType<typeof readMessageProperties> {
  // Most have none: one byte says so.
  if (reader.bytes[reader.at] === 0 && reader.at < reader.end) {
    reader.at++;
    return NO_PROPERTIES;
  }
  return readMessageProperties(reader, PropertyOwner.Publish);
}

/** What the meaning of a packet's bytes depends on. */
export interface PacketContext {
  readonly version: ProtocolVersion;
  readonly topicNames: TopicNames | undefined;
}
