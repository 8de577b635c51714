import mqttPacket from 'mqtt-packet';

/** The version of every MQTT client here: 3.1.1, which all brokers support. */
const VERSION = { protocolVersion: 4 } as const;

/** The bytes of packets, written by mqtt-packet, which is independent of the hub. */
export function connectBytes(clientId: string, keepalive = 60): Buffer {
  return mqttPacket.generate(
    { cmd: 'connect', clientId, keepalive, clean: true, protocolId: 'MQTT', protocolVersion: 4 },
    VERSION,
  );
}

export function subscribeBytes(filters: readonly string[], qos: 0 | 1 = 0, messageId = 1): Buffer {
  const subscriptions = filters.map((topic) => ({ topic, qos }));
  return mqttPacket.generate({ cmd: 'subscribe', messageId, subscriptions }, VERSION);
}

export interface PublishFields {
  readonly qos?: 0 | 1;
  readonly retain?: boolean;
  readonly messageId?: number;
}

export function publishBytes(
  topic: string,
  payload: string | Buffer,
  { qos = 0, retain = false, messageId = 1 }: PublishFields = {},
): Buffer {
  const fields = { topic, payload, qos, retain, messageId: qos === 0 ? undefined : messageId, dup: false };
  return mqttPacket.generate({ cmd: 'publish', ...fields } as mqttPacket.IPublishPacket, VERSION);
}

/** CONNECT and PUBLISH of MQTT 5, for features that 3.1.1 lacks. */
export function connectBytes5(clientId: string): Buffer {
  return mqttPacket.generate(
    { cmd: 'connect', clientId, keepalive: 60, clean: true, protocolId: 'MQTT', protocolVersion: 5 },
    { protocolVersion: 5 },
  );
}

/** A retained message that lives for this many seconds. */
export function expiringBytes(topic: string, payload: string, messageExpiryInterval: number): Buffer {
  return mqttPacket.generate(
    {
      cmd: 'publish',
      topic,
      payload,
      qos: 0,
      retain: true,
      dup: false,
      properties: { messageExpiryInterval },
    },
    { protocolVersion: 5 },
  );
}

export function pingBytes(): Buffer {
  return Buffer.of(0xc0, 0);
}

/** A fixed header without a body: its length is only claimed. */
export function headerBytes(first: number, remainingLength: number): Buffer {
  const bytes = [first];
  for (let left = remainingLength; ; left >>>= 7) {
    bytes.push(left > 0x7f ? (left & 0x7f) | 0x80 : left);
    if (left <= 0x7f) return Buffer.from(bytes);
  }
}
