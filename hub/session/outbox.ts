import { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import type { Rights } from '../core/rights.ts';
import type { Terms } from '../core/subscription.ts';
import type { SessionContext } from './context.ts';
import { Delivery, InFlightTable, MAX_PACKET_IDENTIFIER } from './in-flight.ts';
import type { Link, RetainFlag } from './link.ts';
import type { SessionAccount } from './quotas.ts';
import type { SessionRecord, StoredMessage, Ticket } from './store.ts';
import type { Traffic } from './traffic.ts';
import { WaitingQueue } from './waiting.ts';

/** Shared by all outboxes with nothing to resend. Always empty. */
const NONE: Delivery[] = [];

/** The messages of QoS 1 and 2 for one client: those in flight, in order of sending, then the queued ones. (MQTT 5, 4.3, 4.4 and 4.9) */
export class Outbox {
  readonly #inFlight: InFlightTable;
  /** Messages in flight that are still to be sent again over the present connection. */
  #again = NONE;
  readonly #waiting: WaitingQueue;
  /** How many messages in flight were sent over the present connection. */
  #onLink = 0;
  #sentCount = 0;
  #isPumping = false;
  #link: Link | undefined;
  readonly #context: SessionContext;
  readonly #account: SessionAccount;
  readonly #record: SessionRecord;
  readonly #client: { readonly rights: Rights; readonly traffic: Traffic };

  /** `record` gets the fate of every message; `client` may have lost the right to read queued messages. */
  constructor(
    context: SessionContext,
    account: SessionAccount,
    record: SessionRecord,
    client: { readonly rights: Rights; readonly traffic: Traffic },
  ) {
    this.#context = context;
    this.#account = account;
    this.#record = record;
    this.#client = client;
    this.#inFlight = new InFlightTable(account);
    this.#waiting = new WaitingQueue(account);
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  get inFlightCount(): number {
    return this.#inFlight.size;
  }

  /** Sends a message now or when its turn comes. If the queue is full, counts the message as dropped and returns false. */
  push(message: Message, terms: Terms, qos: 1 | 2, retain: RetainFlag): boolean {
    if (
      this.#waiting.size === 0 &&
      this.#hasRoom() &&
      this.#account.hasRoomInFlight(message, this.#inFlight.size)
    ) {
      this.#send(new Delivery(message, terms, qos, retain));
      return true;
    }
    if (!this.#waiting.makeRoomFor(message, this.#context.hub.now(), (entry) => this.#expire(entry.ticket))) {
      this.#context.counters.drops.queueFull++;
      return false;
    }
    const entry = new Delivery(message, terms, qos, retain);
    entry.ticket = this.#record.enqueue(entry, 0);
    this.#waiting.add(entry);
    return true;
  }

  restore(stored: readonly StoredMessage[]): void {
    for (const { message, terms, qos, retain, ticket, packetIdentifier, isReleased } of stored) {
      const entry = new Delivery(message, terms, qos, retain, ticket);
      if (packetIdentifier === 0) this.#waiting.add(entry);
      else {
        Object.assign(entry, { packetIdentifier, isReleased, order: ++this.#sentCount });
        this.#inFlight.restore(entry);
      }
    }
  }

  /** Writes all messages to another record, except those that the present one got up to a ticket. */
  copyTo(record: SessionRecord, after: Ticket): void {
    for (const entry of [...this.#inFlight.inOrder(), ...this.#waiting]) {
      if (entry.ticket <= after) continue;
      const ticket = record.enqueue(entry, entry.packetIdentifier);
      if (entry.isReleased) record.release(ticket);
    }
  }

  /** The ticket of the last queued message; 0 if there is none. */
  get lastTicket(): Ticket {
    return [...this.#inFlight.inOrder(), ...this.#waiting].reduce(
      (last, { ticket }) => Math.max(last, ticket),
      0,
    );
  }

  /** Attaches a connection: resends what was in flight, in the original order [MQTT-4.4.0-1], [MQTT-4.6.0-1], and then sends what is queued. */
  attach(link: Link): void {
    this.#link = link;
    this.#onLink = 0;
    this.#again = this.#inFlight.size === 0 ? NONE : this.#inFlight.inOrder();
    for (const entry of this.#again) entry.isOnLink = false;
    this.pump();
  }

  detach(): void {
    this.#link = undefined;
    this.#again = NONE;
  }

  /** PUBACK: the end of QoS 1. This and the next three return whether the identifier was known, and throw `protocol/violation` if its QoS is another. */
  acknowledge(packetIdentifier: number): boolean {
    return this.#finish(this.#find('PUBACK', packetIdentifier, 1));
  }

  /** PUBREC: the first half of QoS 2, answered by PUBREL. */
  receive(packetIdentifier: number): boolean {
    const entry = this.#find('PUBREC', packetIdentifier, 2);
    if (!entry) return false;
    entry.isReleased = true;
    this.#record.release(entry.ticket);
    this.#link?.sendRelease(packetIdentifier);
    return true;
  }

  /** PUBREC with an error: the client refuses the message, which ends it. [MQTT-4.3.3-4] */
  refuse(packetIdentifier: number): boolean {
    return this.#finish(this.#find('PUBREC', packetIdentifier, 2));
  }

  /** PUBCOMP: the end of QoS 2. */
  complete(packetIdentifier: number): boolean {
    const entry = this.#find('PUBCOMP', packetIdentifier, 2);
    if (entry && !entry.isReleased) throw wrongAcknowledgement('PUBCOMP', packetIdentifier);
    return this.#finish(entry);
  }

  /** Resends what must be resent, then sends queued messages, as far as the client has room. */
  pump(): void {
    if (this.#again.length === 0 && this.#waiting.size === 0) return; // Most acknowledgements find nothing more to send.
    // A client may answer within the call, which leads back here. Then the loop that is running continues for both calls.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#sendNext());
    } finally {
      this.#isPumping = false;
    }
  }

  /** Offers shared messages to other members, except those of QoS 2 in flight, which stay with their client. [MQTT-4.8.2-4], [MQTT-4.8.2-5] */
  handOverShared(offer: (share: string, message: Message) => boolean): void {
    const isTaken = ({ terms, message, ticket }: Delivery) => {
      const taken = terms.share !== undefined && offer(terms.share, message);
      if (taken) this.#record.finish(ticket);
      return taken;
    };
    for (const entry of this.#inFlight.inOrder()) {
      if (entry.qos === 1 && isTaken(entry)) this.#inFlight.delete(entry);
    }
    this.#waiting.removeWhere(isTaken);
  }

  /** Drops the messages that the record got up to a ticket. */
  drop(until: Ticket): void {
    for (const entry of this.#inFlight.inOrder()) if (entry.ticket <= until) this.#finish(entry);
    this.#waiting.removeWhere(({ ticket }) => {
      if (ticket <= until) this.#record.finish(ticket);
      return ticket <= until;
    });
  }

  clear(): void {
    for (const entry of this.#inFlight.inOrder()) this.#finish(entry);
    this.#waiting.removeWhere(({ ticket }) => {
      this.#record.finish(ticket);
      return true;
    });
    this.#again = NONE;
    this.#onLink = 0;
  }

  /** Sends one message; returns whether there may be more. */
  #sendNext(): boolean {
    if (!this.#link || !this.#isLinkReady(this.#link)) return false;
    const again = this.#again.shift();
    if (again) this.#sendAgain(this.#link, again);
    const next = !again && this.#hasRoom() ? this.#waiting.shift() : undefined;
    if (next) this.#send(next);
    return again !== undefined || next !== undefined;
  }

  #hasRoom(): boolean {
    if (!this.#link || !this.#isLinkReady(this.#link)) return false;
    return (
      this.#again.length === 0 &&
      this.#inFlight.size < Math.min(this.#context.limits.inFlight, MAX_PACKET_IDENTIFIER)
    );
  }

  #isLinkReady(link: Link): boolean {
    // [MQTT-3.3.4-9]
    return this.#onLink < link.receiveMaximum && !link.isBehind(this.#context.limits.bufferedBytes);
  }

  #send(entry: Delivery): void {
    const { message, ticket } = entry;
    if (message.expiresAt !== undefined && message.isExpiredAt(this.#context.hub.now())) {
      this.#expire(ticket); // [MQTT-3.3.2-5]
      return;
    }
    if (!this.#client.rights.mayRead(message.topic)) {
      this.#context.counters.drops.denied++;
      this.#record.finish(ticket);
      return;
    }
    const packetIdentifier = this.#inFlight.nextIdentifier();
    entry.packetIdentifier = packetIdentifier;
    entry.order = ++this.#sentCount;
    if (ticket === 0) entry.ticket = this.#record.enqueue(entry, packetIdentifier);
    else this.#record.send(ticket, packetIdentifier);
    this.#inFlight.add(entry);
    if (!this.#publish(entry)) return;
    this.#context.counters.sent++;
    this.#client.traffic.countSent(message);
  }

  #expire(ticket: Ticket): void {
    this.#context.counters.expired++;
    this.#record.finish(ticket);
  }

  #sendAgain(link: Link, entry: Delivery): void {
    const isKnown = this.#inFlight.get(entry.packetIdentifier) === entry;
    if (!isKnown) return;
    if (entry.isReleased) link.sendRelease(entry.packetIdentifier);
    else {
      entry.duplicate = true;
      this.#publish(entry);
    }
  }

  /** [MQTT-3.1.2-25]: a message that is too large for the client counts as sent and finished. */
  #publish(entry: Delivery): boolean {
    entry.isOnLink = true;
    this.#onLink++;
    if (this.#link?.sendTracked(entry)) return true;
    this.#context.counters.drops.tooLarge++;
    this.#finish(entry);
    return false;
  }

  #find(packet: string, packetIdentifier: number, qos: 1 | 2): Delivery | undefined {
    const entry = this.#inFlight.get(packetIdentifier);
    if (entry && entry.qos !== qos) throw wrongAcknowledgement(packet, packetIdentifier);
    return entry;
  }

  #finish(entry: Delivery | undefined): boolean {
    if (!entry) return false;
    this.#inFlight.delete(entry);
    this.#record.finish(entry.ticket);
    if (entry.isOnLink) this.#onLink--;
    return true;
  }
}

function wrongAcknowledgement(packet: string, packetIdentifier: number): HubError {
  return new HubError(
    'protocol/violation',
    `${packet} for packet identifier ${packetIdentifier} does not fit its QoS`,
  );
}
