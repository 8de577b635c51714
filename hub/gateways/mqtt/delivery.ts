import { Buffer } from 'node:buffer';
import type { Message } from '../../core/message.ts';
import type { Outgoing, RetainFlag } from '../../session/link.ts';
import { type Batch, BatchStart } from '../batch.ts';
import { BINARY_FRAME, frameHeaderLength, writeFrameHeader } from '../websocket-frame.ts';
import { type PublishDelivery, PublishTemplate } from './codec/index.ts';

const RETAIN = 0x01;
const QOS_SHIFT = 1;
const DUP = 0x08;
const IDENTIFIER_SHIFT = 4;

/**
 * How a message is delivered to a client. A number is a form that clients can share: the flags of the PUBLISH's first byte, and above
 * them the packet identifier. An object belongs to one client: it has subscription identifiers, or a topic alias.
 */
export type DeliveryForm = number | OwnDelivery;

/** A delivery without its remaining lifetime. */
type OwnDelivery = Omit<PublishDelivery, 'messageExpiryInterval'>;

/** The form of a delivery at QoS 0. */
export function plainForm(retain: RetainFlag): number {
  return retain;
}

/** The form of a delivery at QoS 1 or 2. */
export function trackedForm({ packetIdentifier, qos, retain, duplicate }: Outgoing): number {
  return (packetIdentifier << IDENTIFIER_SHIFT) | (duplicate ? DUP : 0) | (qos << QOS_SHIFT) | retain;
}

/** The delivery that a form stands for. */
export function toDelivery(form: DeliveryForm): OwnDelivery {
  if (typeof form !== 'number') return form;
  return {
    qos: ((form >> QOS_SHIFT) & 3) as PublishDelivery['qos'],
    retain: (form & RETAIN) !== 0,
    dup: (form & DUP) !== 0,
    packetIdentifier: form >> IDENTIFIER_SHIFT,
  };
}

/** The remaining lifetime of a message, seconds, rounded up; `undefined` if it does not expire. [MQTT-3.3.2-6] */
function remainingSeconds({ expiresAt }: Message, now: number): number | undefined {
  return expiresAt === undefined ? undefined : Math.max(0, Math.ceil((expiresAt - now) / 1000));
}

/** Writes packets to `target` from `at` on, each behind the header of a frame if `isFramed`; returns the offset behind them. */
type WritePackets = (target: Buffer, at: number, isFramed: boolean) => number;

/** How many packets there are, and their length without frames, bytes. */
interface PacketsSize {
  readonly count: number;
  readonly byteLength: number;
}

/**
 * Packets that leave in one write, encoded once for all clients that get the same: as they are for TCP, and each in a frame of its own
 * for WebSocket. One frame might hold several [MQTT-6.0.0-2], but Eclipse Paho's C client reads the first and then waits. A server's
 * frames are not masked (RFC 6455, 5.1), so they can be shared as well.
 */
export class EncodedPackets implements PacketsSize {
  readonly count: number;
  readonly byteLength: number;
  readonly #write: WritePackets;
  #bytes: Buffer | undefined;
  #frames: Buffer | undefined;

  constructor({ count, byteLength }: PacketsSize, write: WritePackets) {
    this.count = count;
    this.byteLength = byteLength;
    this.#write = write;
  }

  /** The packets one after the other. */
  get bytes(): Buffer {
    this.#bytes ??= this.#encode(this.byteLength, false);
    return this.#bytes;
  }

  /** The packets, each in a WebSocket frame. */
  get frames(): Buffer {
    // No header is longer than that of a frame around all of them.
    this.#frames ??= this.#encode(this.byteLength + this.count * frameHeaderLength(this.byteLength), true);
    return this.#frames;
  }

  #encode(room: number, isFramed: boolean): Buffer {
    const target = Buffer.allocUnsafe(room);
    const end = this.#write(target, 0, isFramed);
    return end === room ? target : target.subarray(0, end);
  }
}

/** One packet that has been encoded. */
export function singlePacket(packet: Uint8Array): EncodedPackets {
  const { byteLength } = packet;
  return new EncodedPackets({ count: 1, byteLength }, (target, start, isFramed) => {
    const at = isFramed ? beginFrame(target, start, byteLength) : start;
    target.set(packet, at);
    return at + byteLength;
  });
}

/** Writes the header of a frame around one packet; returns the offset behind it. */
export function beginFrame(target: Buffer, at: number, packetLength: number): number {
  return writeFrameHeader(target, at, BINARY_FRAME, packetLength);
}

/** Encodes the messages of a turn for one protocol version: each message once, and each batch once. */
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

  /** The length of a delivery's packet, bytes. */
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

  /** Releases the turn's messages. */
  clear(): void {
    this.start.clear();
    if (this.#templates.size > 0) this.#templates = new Map();
    if (this.#encoded.size > 0) this.#encoded = new Map();
  }

  #write(batch: Batch<DeliveryForm>): EncodedPackets {
    let byteLength = 0;
    const packets = batch.map((message, form) => {
      const template = this.#templateOf(message);
      const delivery = this.#deliveryOf(message, form);
      const length = template.byteLength(delivery);
      byteLength += length;
      return { template, delivery, length };
    });
    return new EncodedPackets({ count: packets.length, byteLength }, (target, start, isFramed) => {
      let at = start;
      for (const { template, delivery, length } of packets) {
        if (isFramed) at = beginFrame(target, at, length);
        at = template.write(target, at, delivery);
      }
      return at;
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
