import type { Message } from '../../core/message.ts';
import type { Outgoing, RetainFlag } from '../../session/link.ts';
import type { PublishDelivery } from './codec/index.ts';

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
export type OwnDelivery = Omit<PublishDelivery, 'messageExpiryInterval'>;

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
export function remainingSeconds({ expiresAt }: Message, now: number): number | undefined {
  return expiresAt === undefined ? undefined : Math.max(0, Math.ceil((expiresAt - now) / 1000));
}
