/** MQTT's quality of service: 0 at most once, 1 at least once, 2 exactly once. */
export type Qos = 0 | 1 | 2;

/** The publish properties of MQTT 5 (3.3.2.3) that travel with a message from end to end, unchanged. */
export interface MessageProperties {
  readonly payloadFormatIndicator?: 0 | 1;
  readonly contentType?: string;
  readonly responseTopic?: string;
  readonly correlationData?: Uint8Array;
  /** In the publisher's order, names may repeat. [MQTT-3.3.2-18] */
  readonly userProperties?: readonly (readonly [name: string, value: string])[];
}

/** The same in JSON, as the hub describes messages. */
export interface JsonProperties {
  readonly contentType?: string | undefined;
  readonly responseTopic?: string | undefined;
  /** Base64. */
  readonly correlationData?: string | undefined;
  readonly userProperties?: readonly (readonly [name: string, value: string])[] | undefined;
}

export interface MessageOptions {
  readonly retain?: boolean;
  readonly qos?: Qos;
  readonly properties?: MessageProperties | undefined;
  /** When the message expires, milliseconds of the hub's clock. */
  readonly expiresAt?: number | undefined;
}

/** Memory of an object, its references and its entry in a queue or tree, bytes. */
const OVERHEAD_BYTES = 200;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** One published message, immutable and shared by all its receivers. It keeps its payload as it came, and converts it once, on demand. */
export class Message {
  readonly topic: string;
  readonly retain: boolean;
  readonly qos: Qos;
  readonly properties: MessageProperties | undefined;
  readonly expiresAt: number | undefined;
  /** The payload's length as it came: bytes, or UTF-16 units of text. It never changes, so that accounts get back what they charged. */
  readonly length: number;
  /** Memory of the message, bytes, roughly: payload, topic, properties and overhead. */
  readonly size: number;
  #bytes: Uint8Array | undefined;
  /** `null` if the bytes are not UTF-8. */
  #text: string | null | undefined;

  constructor(topic: string, payload: string | Uint8Array, options: MessageOptions = {}) {
    this.topic = topic;
    this.retain = options.retain ?? false;
    this.qos = options.qos ?? 0;
    this.properties = options.properties;
    this.expiresAt = options.expiresAt;
    this.length = payload.length;
    this.size = OVERHEAD_BYTES + topic.length + payload.length + sizeOf(options.properties);
    // Half a surrogate pair has no UTF-8: it becomes U+FFFD as text too.
    if (typeof payload === 'string') this.#text = payload.isWellFormed() ? payload : payload.toWellFormed();
    else this.#bytes = payload;
  }

  /** The payload as bytes. Do not write to them: all receivers share them. */
  get bytes(): Uint8Array {
    this.#bytes ??= encoder.encode(this.#text ?? '');
    return this.#bytes;
  }

  /** The payload as text; `undefined` if its bytes are not UTF-8. */
  get text(): string | undefined {
    if (this.#text === undefined) this.#text = decode(this.#bytes);
    return this.#text ?? undefined;
  }

  /** The payload as it is held. */
  get payload(): string | Uint8Array {
    return this.#bytes ?? this.#text ?? '';
  }

  /** Whether the message has expired at a time of the hub's clock, milliseconds, and must not be delivered. [MQTT-3.3.2-5] */
  isExpiredAt(now: number): boolean {
    return this.expiresAt !== undefined && this.expiresAt <= now;
  }

  /** The same message with other options. */
  with(changes: MessageOptions): Message {
    const { topic, payload, retain, qos, properties, expiresAt } = this;
    return new Message(topic, payload, { retain, qos, properties, expiresAt, ...changes });
  }

  /** Whether the payload is empty. Together with `retain` that deletes the retained message. [MQTT-3.3.1-6] */
  get isEmpty(): boolean {
    return this.length === 0;
  }
}

function sizeOf(properties: MessageProperties | undefined): number {
  if (!properties) return 0;
  const { contentType = '', responseTopic = '', correlationData, userProperties = [] } = properties;
  const fixed = contentType.length + responseTopic.length + (correlationData?.byteLength ?? 0);
  return userProperties.reduce(
    (sum, [name, value]) => sum + OVERHEAD_BYTES + name.length + value.length,
    fixed,
  );
}

function decode(bytes: Uint8Array | undefined): string | null {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null; // A fatal decoder throws it at bytes that are not UTF-8.
    throw error;
  }
}

/**
 * Flags of a delivery: `RETAINED` is the retain flag, `OWN` marks a message that the receiver itself published, and `RETAIN` one whose
 * publisher asked the hub to retain it.
 */
export type DeliveryFlags = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7;
export const RETAINED = 1;
export const OWN = 2;
export const RETAIN = 4;

/** One message as it travels in Socket.IO's `messages`: the payload is text if it is UTF-8. */
export type WireMessage = readonly [
  topic: string,
  payload: string | Uint8Array | ArrayBuffer,
  flags: DeliveryFlags,
];
