import { Buffer } from 'node:buffer';
import type { Message } from '../../core/message.ts';
import type { Outgoing, RetainFlag } from '../../session/link.ts';
import { type Batch, BatchStart } from '../batch.ts';
import { BINARY_FRAME, frameHeaderLength, writeFrameHeader } from '../websocket-frame.ts';
import { type PublishDelivery, PublishTemplate, packetLength } from './codec/index.ts';

const RETAIN = 0x01;
const QOS_SHIFT = 1;
const DUP = 0x08;
const IDENTIFIER_SHIFT = 4;

/**
 * How a message goes to a client. A number is a form that clients can share: the flags of the PUBLISH's first byte, and above them
 * the packet identifier. An object is one client's own: with subscription identifiers, or a topic alias.
 */
export type DeliveryForm = number | OwnDelivery;

/** All of a delivery but what depends on the time. */
type OwnDelivery = Omit<PublishDelivery, 'messageExpiryInterval'>;

/** The form of a delivery at QoS 0. */
export function plainForm(retain: RetainFlag): number {
  return retain;
}

/** The form of a delivery at QoS 1 or 2. */
export function trackedForm({ packetIdentifier, qos, retain, duplicate }: Outgoing): number {
  return (packetIdentifier << IDENTIFIER_SHIFT) | (duplicate ? DUP : 0) | (qos << QOS_SHIFT) | retain;
}

/** A form, spelt out. */
export function toDelivery(form: DeliveryForm): OwnDelivery {
  if (typeof form !== 'number') return form;
  return {
    qos: ((form >> QOS_SHIFT) & 3) as PublishDelivery['qos'],
    retain: (form & RETAIN) !== 0,
    dup: (form & DUP) !== 0,
    packetIdentifier: form >> IDENTIFIER_SHIFT,
  };
}

/** Seconds that are left of a message's life, begun ones included; `undefined` where it has no end. [MQTT-3.3.2-6] */
function remainingSeconds({ expiresAt }: Message, now: number): number | undefined {
  return expiresAt === undefined ? undefined : Math.max(0, Math.ceil((expiresAt - now) / 1000));
}

/**
 * Packets that leave in one write, encoded once for all who get the same: as they are over TCP, and each in a frame of its own over
 * WebSocket. One frame might hold several [MQTT-6.0.0-2], but then Eclipse Paho's C client reads the first and waits. A server's frames
 * are not masked (RFC 6455, 5.1), so they can be shared as well.
 */
export class EncodedPackets {
  /** The packets, with room in front for the header of a frame around the first. */
  readonly #buffer: Buffer;
  readonly #start: number;
  readonly #isSingle: boolean;
  /** Made when the first client over WebSocket wants them. */
  #frames: Buffer | undefined;

  private constructor(byteLength: number, isSingle: boolean) {
    this.#start = isSingle ? frameHeaderLength(byteLength) : 0;
    this.#buffer = Buffer.allocUnsafe(this.#start + byteLength);
    this.#isSingle = isSingle;
  }

  /** So many packets of so many bytes together, which `write` writes into `target` from the offset `at` on. */
  static build(
    { count, byteLength }: { count: number; byteLength: number },
    write: (target: Buffer, at: number) => void,
  ): EncodedPackets {
    const packets = new EncodedPackets(byteLength, count === 1);
    write(packets.#buffer, packets.#start);
    return packets;
  }

  /** A single packet. */
  static of(packet: Uint8Array): EncodedPackets {
    const size = { count: 1, byteLength: packet.byteLength };
    return EncodedPackets.build(size, (target, at) => target.set(packet, at));
  }

  get byteLength(): number {
    return this.#buffer.length - this.#start;
  }

  /** The packets alone. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#start);
  }

  /** The packets, each in a WebSocket frame. */
  get frames(): Buffer {
    this.#frames ??= this.#isSingle ? this.#frameOne() : frameEach(this.#buffer);
    return this.#frames;
  }

  #frameOne(): Buffer {
    writeFrameHeader(this.#buffer, 0, BINARY_FRAME, this.byteLength);
    return this.#buffer;
  }
}

/** The same packets, with the header of a frame in front of each. */
function frameEach(packets: Buffer): Buffer {
  let byteLength = 0;
  for (let at = 0; at < packets.length; ) {
    const length = packetLength(packets, at);
    byteLength += frameHeaderLength(length) + length;
    at += length;
  }
  const frames = Buffer.allocUnsafe(byteLength);
  let to = 0;
  for (let at = 0; at < packets.length; ) {
    const length = packetLength(packets, at);
    to = writeFrameHeader(frames, to, BINARY_FRAME, length);
    to = copyBytes(packets, at, length, frames, to);
    at += length;
  }
  return frames;
}

/** Packets so short are copied byte by byte: a call into Node takes longer. */
const SHORT = 48;

/** Copies bytes; returns the offset in `target` behind them. */
function copyBytes(source: Buffer, start: number, length: number, target: Buffer, at: number): number {
  if (length > SHORT) source.copy(target, at, start, start + length);
  else for (let index = 0; index < length; index++) target[at + index] = source[start + index] ?? 0;
  return at + length;
}

/** The messages of a turn in one version of the protocol: each is encoded once, and each batch of them once. */
export class PublishEncoder {
  readonly start = new BatchStart<DeliveryForm>();
  readonly #version: 4 | 5;
  readonly #now: () => number;
  #templates = new Map<Message, PublishTemplate>();
  #encoded = new Map<Batch<DeliveryForm>, EncodedPackets>();

  constructor(version: 4 | 5, now: () => number) {
    this.#version = version;
    this.#now = now;
  }

  /** How long the packet of a delivery is, bytes. */
  byteLength(message: Message, form: DeliveryForm): number {
    return this.#templateOf(message).byteLength(this.#deliveryOf(message, form));
  }

  /** A batch as packets; the same for all who hold the same batch. */
  encode(batch: Batch<DeliveryForm>): EncodedPackets {
    let packets = this.#encoded.get(batch);
    if (!packets) {
      packets = this.#write(batch);
      this.#encoded.set(batch, packets);
    }
    return packets;
  }

  /** Lets go of the turn's messages. */
  clear(): void {
    this.start.clear();
    if (this.#templates.size > 0) this.#templates = new Map();
    if (this.#encoded.size > 0) this.#encoded = new Map();
  }

  #write(batch: Batch<DeliveryForm>): EncodedPackets {
    const deliveries = batch.map((message, form) => ({
      template: this.#templateOf(message),
      delivery: this.#deliveryOf(message, form),
    }));
    let byteLength = 0;
    for (const { template, delivery } of deliveries) byteLength += template.byteLength(delivery);
    return EncodedPackets.build({ count: deliveries.length, byteLength }, (target, start) => {
      let at = start;
      for (const { template, delivery } of deliveries) at = template.write(target, at, delivery);
    });
  }

  #deliveryOf(message: Message, form: DeliveryForm): PublishDelivery {
    const delivery = toDelivery(form);
    if (message.expiresAt === undefined) return delivery;
    return { ...delivery, messageExpiryInterval: remainingSeconds(message, this.#now()) };
  }

  #templateOf(message: Message): PublishTemplate {
    let template = this.#templates.get(message);
    if (!template) {
      const { topic, properties } = message;
      template = new PublishTemplate({ topic, payload: message.payload, properties }, this.#version);
      this.#templates.set(message, template);
    }
    return template;
  }
}
