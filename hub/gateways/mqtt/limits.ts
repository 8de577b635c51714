import { DEFAULT_MAX_TOPIC_LEVELS } from '../../core/topic.ts';

/** What has come and gone over MQTT since the start, for metrics and `$SYS`. */
export class MqttCounters {
  /** Packets of every kind. */
  packetsReceived = 0;
  packetsSent = 0;
  publishesReceived = 0;
  publishesSent = 0;
  /** Bytes of packets, without what carries them. */
  bytesReceived = 0;
  bytesSent = 0;
  /** Connections turned away, packets not allowed, messages not taken. */
  refused = 0;
}

/** What MQTT clients may ask of the hub, beside what their sessions may hold. Every limit is finite. */
export interface MqttLimits {
  /** The longest payload, bytes. */
  readonly payloadBytes: number;
  /** The longest PUBLISH, bytes, fixed header included. (MQTT 5, 3.2.2.3.6) */
  readonly packetBytes: number;
  /** The longest packet of any other kind, bytes: a CONNECT comes from a stranger, and the filters of a SUBSCRIBE are read without a pause. */
  readonly connectPacketBytes: number;
  /** Levels of a topic name or filter. */
  readonly topicLevels: number;
  /** Messages of QoS 2 that a client may have begun and not released; told to MQTT 5 clients. (MQTT 5, 3.2.2.3.3) */
  readonly receiveMaximum: number;
  /** Topic aliases that a client may set. (MQTT 5, 3.2.2.3.8) */
  readonly topicAliases: number;
  /** Topic aliases that the hub sets for a client that allows so many. (MQTT 5, 3.1.2.11.5) */
  readonly ownTopicAliases: number;
  /** How long a connection may take until its CONNECT is there and good, seconds. */
  readonly connectSeconds: number;
  /** The longest keep alive that an MQTT 5 client is granted, seconds, 1–65535; so too for one that wants none. (MQTT 5, 3.2.2.3.14) */
  readonly keepAliveSeconds: number;
  /** How long a client may take nothing of what is due to it, its buffer being full, seconds. */
  readonly stuckSeconds: number;
  /** New connections a second from one network, on average over the last few. */
  readonly connectsPerSecond: number;
}

export const DEFAULT_MQTT_LIMITS: MqttLimits = {
  payloadBytes: 2 * 2 ** 20,
  packetBytes: 2 * 2 ** 20 + 128 * 2 ** 10,
  connectPacketBytes: 128 * 2 ** 10,
  topicLevels: DEFAULT_MAX_TOPIC_LEVELS,
  receiveMaximum: 1_000,
  topicAliases: 64,
  ownTopicAliases: 64,
  connectSeconds: 10,
  keepAliveSeconds: 60,
  stuckSeconds: 30,
  connectsPerSecond: 2_000,
};
