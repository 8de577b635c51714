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
