import type { Message } from '../../core/message.ts';
import { type Batch, BatchStart } from '../batch.ts';
import { type PublishDelivery, PublishTemplate } from './codec/index.ts';
import { type DeliveryForm, remainingSeconds, toDelivery } from './delivery.ts';
import { Parcel } from './parcel.ts';

/** The messages of a turn in one version of the protocol: each is encoded once, and each batch of them once. */
export class Dialect {
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
