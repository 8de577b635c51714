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
 * Packets that leave in one write. They are kept as one whole WebSocket frame, which may hold several packets [MQTT-6.0.0-2]; a
 * server's frames are not masked, so the same bytes can go to any number of clients, over WebSocket and, without the header, TCP.
 */
export class Parcel {
  /** Header and packets. */
  readonly frame: Buffer;
  /** Where in `frame` the packets begin. */
  readonly start: number;

  /** A parcel with room for so many bytes of packets, to be written to `frame` from `start` on. */
  constructor(byteLength: number) {
    this.start = frameHeaderLength(byteLength);
    this.frame = Buffer.allocUnsafe(this.start + byteLength);
    writeFrameHeader(this.frame, BINARY_FRAME, byteLength);
  }

  static of(packets: Uint8Array): Parcel {
    const parcel = new Parcel(packets.byteLength);
    parcel.frame.set(packets, parcel.start);
    return parcel;
  }

  /** The packets alone. */
  get packets(): Buffer {
    return this.frame.subarray(this.start);
  }

  /** How many bytes the packets have. */
  get byteLength(): number {
    return this.frame.length - this.start;
  }
}

/** The messages of a turn in one version of the protocol: each is encoded once, and each batch of them once. */
export class PublishEncoder {
  readonly start = new BatchStart<DeliveryForm>();
  readonly #version: 4 | 5;
  readonly #now: () => number;
  #templates = new Map<Message, PublishTemplate>();
  #parcels = new Map<Batch<DeliveryForm>, Parcel>();

  constructor(version: 4 | 5, now: () => number) {
    this.#version = version;
    this.#now = now;
  }

  /** How long the packet of a delivery is, bytes. */
  byteLength(message: Message, form: DeliveryForm): number {
    return this.#templateOf(message).byteLength(this.#deliveryOf(message, form));
  }

  /** A batch as packets; for all who hold the same batch the same parcel. */
  encode(batch: Batch<DeliveryForm>): Parcel {
    const known = this.#parcels.get(batch);
    if (known) return known;
    const parcel = this.#write(batch);
    this.#parcels.set(batch, parcel);
    return parcel;
  }

  /** Lets go of the turn's messages. */
  clear(): void {
    this.start.clear();
    if (this.#templates.size > 0) this.#templates = new Map();
    if (this.#parcels.size > 0) this.#parcels = new Map();
  }

  #write(batch: Batch<DeliveryForm>): Parcel {
    const packets = batch.map((message, form) => ({
      template: this.#templateOf(message),
      delivery: this.#deliveryOf(message, form),
    }));
    let byteLength = 0;
    for (const { template, delivery } of packets) byteLength += template.byteLength(delivery);
    const parcel = new Parcel(byteLength);
    let at = parcel.start;
    for (const { template, delivery } of packets) at = template.write(parcel.frame, at, delivery);
    return parcel;
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
