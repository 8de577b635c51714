import type { ProtocolVersion, Receiver } from './packet.ts';
import type { TopicNames } from './topic-names.ts';

/** What the meaning of a packet's bytes depends on. */
export interface PacketContext {
  readonly version: ProtocolVersion;
  readonly receiver: Receiver;
  readonly topicNames: TopicNames | undefined;
}
