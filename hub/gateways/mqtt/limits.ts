import { DEFAULT_MAX_TOPIC_LEVELS } from '../../core/topic.ts';

/** Traffic over MQTT since the start, for metrics and `$SYS`. */
export class MqttCounters {
  /** Packets of every kind. */
  packetsReceived = 0;
  packetsSent = 0;
  publishesReceived = 0;
  publishesSent = 0;
  /** Bytes of packets, without frames and TLS. */
  bytesReceived = 0;
  bytesSent = 0;
  /** Refused connections, packets and messages. */
  refused = 0;
}

/** The limits of MQTT clients, beside those of their sessions. Every limit is finite. */
export const DEFAULT_MQTT_LIMITS = {
  /** The longest payload, bytes. */
  payloadBytes: 2 * 2 ** 20,
  /** The longest PUBLISH, bytes, fixed header included. (MQTT 5, 3.2.2.3.6) */
  packetBytes: 2 * 2 ** 20 + 128 * 2 ** 10,
  /** The longest packet of any other type, bytes: a CONNECT is unauthenticated, and the filters of a SUBSCRIBE are read without a pause. */
  connectPacketBytes: 128 * 2 ** 10,
  /** Levels of a topic name or filter; a client that sends more is disconnected, so that refusing it again and again costs nothing. */
  topicLevels: DEFAULT_MAX_TOPIC_LEVELS,
  /** Unreleased messages of QoS 2 from a client; MQTT 5 clients are notified. (MQTT 5, 3.2.2.3.3) */
  receiveMaximum: 1_000,
  /** Topic aliases that a client may set. (MQTT 5, 3.2.2.3.8) */
  topicAliases: 64,
  /** Topic aliases that the hub sets, if the client allows as many. (MQTT 5, 3.1.2.11.5) */
  ownTopicAliases: 64,
  /** How long a client may take to connect and authenticate, seconds. */
  connectSeconds: 10,
  /** The longest keep alive of an MQTT 5 client, seconds, 1–65535; a client that asks for none gets this one. (MQTT 5, 3.2.2.3.14) */
  keepAliveSeconds: 60,
  /** How long a client may read nothing while its buffer is full, seconds. */
  stuckSeconds: 30,
  /** New connections per second from one network, averaged over a few seconds. */
  connectsPerSecond: 2_000,
};

export type MqttLimits = Readonly<typeof DEFAULT_MQTT_LIMITS>;
