import { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import { InFlight, InFlightTable, MAX_PACKET_IDENTIFIER } from './in-flight.ts';
import type { SessionCounters, SessionLimits } from './limits.ts';
import type { Link, RetainFlag } from './link.ts';
import type { QueueAccount } from './quotas.ts';
import type { SessionRecord, StoredDue, Ticket } from './session-journal.ts';
import { type Waiting, WaitingQueue } from './waiting.ts';

interface OutboxOptions {
  readonly limits: SessionLimits;
  readonly counters: SessionCounters;
  readonly account: QueueAccount;
  /** Records what becomes of every message. */
  readonly record: SessionRecord;
  /** Whether the client may still read what was queued for it. */
  readonly mayRead: (topic: string) => boolean;
  readonly now: () => number;
}

/**
 * The messages of QoS 1 and 2 for one client: those in flight, in order of sending, and behind them those that wait because the client is
 * away or its receive maximum is reached. MQTT 5, 4.3, 4.4 and 4.9.
 */
export class Outbox {
  readonly #inFlight: InFlightTable;
  /** Messages in flight that are still to be sent again over the present connection. */
  #again: InFlight[] = [];
  readonly #waiting: WaitingQueue;
  /** How many messages in flight were published over the present connection. */
  #onLink = 0;
  /** How many messages were sent so far. */
  #sentCount = 0;
  #isPumping = false;
  #link: Link | undefined;
  readonly #account: QueueAccount;
  readonly #limits: SessionLimits;
  readonly #counters: SessionCounters;
  readonly #record: SessionRecord;
  readonly #mayRead: (topic: string) => boolean;
  readonly #now: () => number;

  constructor({ limits, counters, account, record, mayRead, now }: OutboxOptions) {
    this.#account = account;
    this.#inFlight = new InFlightTable(account);
    this.#limits = limits;
    this.#counters = counters;
    this.#record = record;
    this.#mayRead = mayRead;
    this.#now = now;
    this.#waiting = new WaitingQueue(account);
  }

  get waitingCount(): number {
    return this.#waiting.size;
  }

  /** Sends a message now or in its turn. Returns false, and counts it, if the queue is full. */
  push(message: Message, terms: Terms, qos: 1 | 2, retain: RetainFlag): boolean {
    if (
      this.#waiting.size === 0 &&
      this.#hasRoom() &&
      this.#account.hasRoomInFlightFor(message, this.#inFlight.size)
    ) {
      this.#send(message, terms, qos, retain, 0);
      return true;
    }
    if (!this.#waiting.makeRoomFor(message, this.#now(), (entry) => this.#expire(entry.ticket))) {
      this.#counters.drops.queueFull++;
      return false;
    }
    const due = { message, terms, qos, retain };
    this.#waiting.add({ ...due, ticket: this.#record.enqueue(due, 0) });
    return true;
  }

  /** Restores what there was when the process ended, in its order. */
  restore(stored: readonly StoredDue[]): void {
    for (const due of stored) {
      if (due.packetIdentifier === 0) this.#waiting.add(due);
      else this.#restoreSent(due);
    }
  }

  /**
   * Attaches a connection: sends again what was in flight, in the order of the first time [MQTT-4.4.0-1], [MQTT-4.6.0-1], and then what
   * waits, as much as the client takes.
   */
  attach(link: Link): void {
    this.#link = link;
    this.#onLink = 0;
    this.#again = this.#inFlight.inOrder();
    for (const entry of this.#again) entry.isOnLink = false;
    this.pump();
  }

  detach(): void {
    this.#link = undefined;
    this.#again = [];
  }

  /** PUBACK: the end of QoS 1. Returns whether the identifier was known. */
  acknowledge(packetIdentifier: number): boolean {
    const entry = this.#inFlight.get(packetIdentifier);
    if (!entry) return false;
    if (entry.qos !== 1) throw wrongAcknowledgement('PUBACK', packetIdentifier);
    this.#finish(entry);
    return true;
  }

  /** PUBREC: the first half of QoS 2, answered by PUBREL. Returns whether the identifier was known. */
  receive(packetIdentifier: number): boolean {
    const entry = this.#inFlight.get(packetIdentifier);
    if (!entry) return false;
    if (entry.qos !== 2) throw wrongAcknowledgement('PUBREC', packetIdentifier);
    entry.isReleased = true;
    this.#record.release(entry.ticket);
    this.#link?.sendRelease(packetIdentifier);
    return true;
  }

  /** PUBREC with an error: the client refuses the message, which ends it. [MQTT-4.3.3-4] Returns whether the identifier was known. */
  refuse(packetIdentifier: number): boolean {
    const entry = this.#inFlight.get(packetIdentifier);
    if (!entry) return false;
    if (entry.qos !== 2) throw wrongAcknowledgement('PUBREC', packetIdentifier);
    this.#finish(entry);
    return true;
  }

  /** PUBCOMP: the end of QoS 2. Returns whether the identifier was known. */
  complete(packetIdentifier: number): boolean {
    const entry = this.#inFlight.get(packetIdentifier);
    if (!entry) return false;
    if (entry.qos !== 2 || !entry.isReleased) throw wrongAcknowledgement('PUBCOMP', packetIdentifier);
    this.#finish(entry);
    return true;
  }

  /** Sends again what has to be, and then what waits, as far as the client has room. */
  pump(): void {
    // A client that answers within the call brings us back here: the loop under way goes on for both.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#sendNext());
    } finally {
      this.#isPumping = false;
    }
  }

  /**
   * Offers messages of shared subscriptions to other members: those that wait, and those in flight at QoS 1. A message of QoS 2 that is in
   * flight stays with its client. [MQTT-4.8.2-4], [MQTT-4.8.2-5]
   */
  handOverShared(offer: (share: string, message: Message) => boolean): void {
    const isTaken = ({ terms, message, ticket }: Waiting) => {
      const taken = terms.share !== undefined && offer(terms.share, message);
      if (taken) this.#record.finish(ticket);
      return taken;
    };
    for (const entry of this.#inFlight.inOrder()) {
      if (entry.qos === 1 && isTaken(entry)) this.#inFlight.delete(entry.packetIdentifier);
    }
    this.#waiting.removeWhere(isTaken);
  }

  /** Forgets everything. */
  clear(): void {
    for (const { ticket } of this.#inFlight.inOrder()) this.#record.finish(ticket);
    this.#inFlight.clear();
    this.#waiting.removeWhere(({ ticket }) => {
      this.#record.finish(ticket);
      return true;
    });
    this.#again = [];
    this.#onLink = 0;
  }

  /** Sends one; returns whether there may be more. */
  #sendNext(): boolean {
    if (!this.#link || !this.#isLinkReady(this.#link)) return false;
    const again = this.#again.shift();
    if (again) {
      this.#sendAgain(this.#link, again);
      return true;
    }
    const next = this.#hasRoom() ? this.#waiting.shift() : undefined;
    if (next) this.#send(next.message, next.terms, next.qos, next.retain, next.ticket);
    return next !== undefined;
  }

  /** Whether a new message may be sent now. */
  #hasRoom(): boolean {
    if (!this.#link || !this.#isLinkReady(this.#link)) return false;
    return (
      this.#again.length === 0 && this.#inFlight.size < Math.min(this.#limits.inFlight, MAX_PACKET_IDENTIFIER)
    );
  }

  #isLinkReady({ bufferedBytes, receiveMaximum }: Link): boolean {
    return bufferedBytes <= this.#limits.bufferedBytes && this.#onLink < receiveMaximum; // [MQTT-3.3.4-9]
  }

  #restoreSent({ packetIdentifier, message, terms, qos, retain, ticket, isReleased }: StoredDue): void {
    const entry = new InFlight(packetIdentifier, ++this.#sentCount, message, terms, qos, retain);
    entry.ticket = ticket;
    entry.isReleased = isReleased;
    this.#inFlight.restore(entry);
  }

  /** `ticket` is 0 for a message that did not wait. */
  #send(message: Message, terms: Terms, qos: 1 | 2, retain: RetainFlag, ticket: Ticket): void {
    if (message.expiresAt !== undefined && message.isExpiredAt(this.#now())) {
      this.#expire(ticket); // [MQTT-3.3.2-5]
      return;
    }
    if (!this.#mayRead(message.topic)) {
      this.#counters.drops.denied++;
      this.#record.finish(ticket);
      return;
    }
    const packetIdentifier = this.#inFlight.nextIdentifier();
    const entry = new InFlight(packetIdentifier, ++this.#sentCount, message, terms, qos, retain);
    entry.ticket = this.#note(entry, ticket);
    this.#inFlight.add(entry);
    if (this.#publish(entry)) this.#counters.sent++;
  }

  #note(entry: InFlight, ticket: Ticket): Ticket {
    if (ticket === 0) return this.#record.enqueue(entry, entry.packetIdentifier);
    this.#record.send(ticket, entry.packetIdentifier);
    return ticket;
  }

  #expire(ticket: Ticket): void {
    this.#counters.expired++;
    this.#record.finish(ticket);
  }

  #sendAgain(link: Link, entry: InFlight): void {
    const isKnown = this.#inFlight.get(entry.packetIdentifier) === entry;
    if (!isKnown) return;
    if (entry.isReleased) link.sendRelease(entry.packetIdentifier);
    else {
      entry.duplicate = true;
      this.#publish(entry);
    }
  }

  /** [MQTT-3.1.2-25]: a message that is too large for the client counts as sent and finished. */
  #publish(entry: InFlight): boolean {
    entry.isOnLink = true;
    this.#onLink++;
    if (this.#link?.sendTracked(entry)) return true;
    this.#counters.drops.tooLarge++;
    this.#finish(entry);
    return false;
  }

  #finish(entry: InFlight): void {
    this.#inFlight.delete(entry.packetIdentifier);
    this.#record.finish(entry.ticket);
    if (entry.isOnLink) this.#onLink--;
    this.pump();
  }
}

function wrongAcknowledgement(packet: string, packetIdentifier: number): HubError {
  return new HubError(
    'protocol/violation',
    `${packet} for packet identifier ${packetIdentifier} does not fit its QoS`,
  );
}
