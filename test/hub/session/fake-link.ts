import type { HubError } from '../../../hub/core/error.ts';
import type { DeliveryFlags, Message } from '../../../hub/core/message.ts';
import type { Terms } from '../../../hub/core/subscription.ts';
import type { Link, Outgoing } from '../../../hub/session/link.ts';

/** A packet over a link, as a client would see it. */
export type Packet =
  | {
      readonly type: 'publish';
      readonly message: Message;
      readonly terms: Terms;
      readonly flags: DeliveryFlags;
    }
  | ({ readonly type: 'tracked' } & Outgoing)
  | { readonly type: 'release'; readonly packetIdentifier: number };

export interface FakeLinkOptions {
  readonly receiveMaximum?: number;
  /** The largest payload that the client accepts. */
  readonly maximumPayload?: number;
}

/** A link that records what is sent, and whose network and client do what the test says. */
export class FakeLink implements Link {
  readonly receiveMaximum: number;
  readonly #maximumPayload: number;
  readonly packets: Packet[] = [];
  closedWith: HubError | undefined;
  /** The network accepts nothing while this is true. */
  isStalled = false;
  #heldBytes = 0;
  /** Called within the hub's call when it sends a packet, and when it closes the link. */
  onPacket: (packet: Packet) => void = () => undefined;
  onClose: () => void = () => undefined;

  constructor({ receiveMaximum = 65_535, maximumPayload = Number.POSITIVE_INFINITY }: FakeLinkOptions = {}) {
    this.receiveMaximum = receiveMaximum;
    this.#maximumPayload = maximumPayload;
  }

  get bufferedBytes(): number {
    return this.#heldBytes;
  }

  isBehind(bytes: number): boolean {
    return this.#heldBytes > bytes;
  }

  send(message: Message, terms: Terms, flags: DeliveryFlags): boolean {
    return this.#take({ type: 'publish', message, terms, flags }, message);
  }

  sendTracked(outgoing: Outgoing): boolean {
    const { packetIdentifier, message, terms, qos, retain, duplicate } = outgoing;
    return this.#take({ type: 'tracked', packetIdentifier, message, terms, qos, retain, duplicate }, message);
  }

  sendRelease(packetIdentifier: number): void {
    this.packets.push({ type: 'release', packetIdentifier });
    this.onPacket({ type: 'release', packetIdentifier });
  }

  close(reason: HubError): void {
    this.closedWith = reason;
    this.onClose();
  }

  /** The network accepts everything that it has held back. */
  drain(): void {
    this.isStalled = false;
    this.#heldBytes = 0;
  }

  /** The payloads that the client got, in order. */
  get texts(): (string | undefined)[] {
    return this.packets.flatMap((packet) => (packet.type === 'release' ? [] : [packet.message.text]));
  }

  /** The messages of QoS 1 and 2 that the client got, in order. */
  get tracked(): Outgoing[] {
    return this.packets.filter((packet) => packet.type === 'tracked');
  }

  #take(packet: Packet, message: Message): boolean {
    if (message.length > this.#maximumPayload) return false;
    if (this.isStalled) this.#heldBytes += message.length;
    this.packets.push(packet);
    this.onPacket(packet);
    return true;
  }
}
