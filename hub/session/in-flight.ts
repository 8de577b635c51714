import type { Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { Outgoing, RetainFlag } from './link.ts';
import type { SessionAccount } from './quotas.ts';
import type { QueuedMessage, Ticket } from './store.ts';

/** The largest packet identifier. [MQTT-2.2.1-3] */
export const MAX_PACKET_IDENTIFIER = 65_535;

const FIRST_SLOTS = 8;

/** The bits of `Delivery.#marks`. */
const RETAINED = 1;
const EXACTLY_ONCE = 2;
const DUPLICATE = 4;
const RELEASED = 8;
const ON_LINK = 16;

/**
 * A message of QoS 1 or 2 for one client: it waits for its turn, and then it is in flight until the client has acknowledged it. There is one
 * for each receiver of each message, so what takes a bit is kept in a bit.
 */
export class Delivery implements QueuedMessage, Outgoing {
  readonly message: Message;
  readonly terms: Terms;
  /** The ticket: the message's number in the session's record. */
  ticket: Ticket;
  /** The packet identifier; 0 while the message is queued. */
  packetIdentifier = 0;
  /** Increases with every message that the session sends: the order of sending. */
  order = 0;
  #marks: number;

  constructor(message: Message, terms: Terms, qos: 1 | 2, retain: RetainFlag, ticket: Ticket = 0) {
    this.message = message;
    this.terms = terms;
    this.ticket = ticket;
    this.#marks = (qos === 2 ? EXACTLY_ONCE : 0) | (retain === 1 ? RETAINED : 0);
  }

  get qos(): 1 | 2 {
    return this.#has(EXACTLY_ONCE) ? 2 : 1;
  }

  get retain(): RetainFlag {
    return this.#has(RETAINED) ? 1 : 0;
  }

  get duplicate(): boolean {
    return this.#has(DUPLICATE);
  }

  set duplicate(isDuplicate: boolean) {
    this.#mark(DUPLICATE, isDuplicate);
  }

  /** QoS 2: PUBREC has come and PUBREL has been sent. */
  get isReleased(): boolean {
    return this.#has(RELEASED);
  }

  set isReleased(isReleased: boolean) {
    this.#mark(RELEASED, isReleased);
  }

  /** Whether it was sent over the present connection, so that it counts against the client's receive maximum. */
  get isOnLink(): boolean {
    return this.#has(ON_LINK);
  }

  set isOnLink(isOnLink: boolean) {
    this.#mark(ON_LINK, isOnLink);
  }

  #has(mark: number): boolean {
    return (this.#marks & mark) !== 0;
  }

  #mark(mark: number, isSet: boolean): void {
    this.#marks = isSet ? this.#marks | mark : this.#marks & ~mark;
  }
}

/** Shared by all clients that never had a message in flight. Always empty. */
const NO_SLOTS: (Delivery | undefined)[] = [];

/**
 * Messages in flight by packet identifier. The identifier's low bits are the slot; no two messages in flight share one. An account counts their memory. V8's
 * `Map` is slower here: a map that is filled and emptied all the time leaves a chain of old tables that hold on to messages, and that took more time than the
 * rest of QoS 1.
 */
export class InFlightTable {
  #slots = NO_SLOTS;
  #size = 0;
  #lastIdentifier = 0;
  readonly #account: SessionAccount;

  constructor(account: SessionAccount) {
    this.#account = account;
  }

  get size(): number {
    return this.#size;
  }

  get(packetIdentifier: number): Delivery | undefined {
    const entry = this.#slots[this.#slotOf(packetIdentifier)];
    return entry?.packetIdentifier === packetIdentifier ? entry : undefined;
  }

  /** A packet identifier that is not in use [MQTT-2.2.1-4] and whose slot is free. There is one while fewer than 65,535 are in flight. */
  nextIdentifier(): number {
    if (this.#size * 2 >= this.#slots.length && this.#slots.length <= MAX_PACKET_IDENTIFIER) this.#grow();
    do {
      this.#lastIdentifier = (this.#lastIdentifier % MAX_PACKET_IDENTIFIER) + 1;
    } while (this.#slots[this.#slotOf(this.#lastIdentifier)]);
    return this.#lastIdentifier;
  }

  /** Adds a message whose identifier came from `nextIdentifier`. */
  add(entry: Delivery): void {
    this.#slots[this.#slotOf(entry.packetIdentifier)] = entry;
    this.#size++;
    this.#account.countInFlight(entry.message, 1);
  }

  /** Adds a message with the identifier that it had before the restart. */
  restore(entry: Delivery): void {
    while (this.#slots.length === 0 || this.#slots[this.#slotOf(entry.packetIdentifier)]) this.#grow();
    this.add(entry);
    this.#lastIdentifier = entry.packetIdentifier;
  }

  /** Does nothing if the message is not in flight. */
  delete(entry: Delivery): void {
    const slot = this.#slotOf(entry.packetIdentifier);
    if (this.#slots[slot] !== entry) return;
    this.#slots[slot] = undefined;
    this.#size--;
    this.#account.countInFlight(entry.message, -1);
  }

  inOrder(): Delivery[] {
    return this.#slots.filter((entry) => entry !== undefined).sort((one, other) => one.order - other.order);
  }

  #slotOf(packetIdentifier: number): number {
    return packetIdentifier & (this.#slots.length - 1);
  }

  #grow(): void {
    const entries = this.#slots;
    const count = Math.min(Math.max(FIRST_SLOTS, entries.length * 2), MAX_PACKET_IDENTIFIER + 1);
    this.#slots = new Array<Delivery | undefined>(count).fill(undefined);
    for (const entry of entries) if (entry) this.#slots[this.#slotOf(entry.packetIdentifier)] = entry;
  }
}

const BITS = 32;

/** Most clients never use QoS 2. */
const NONE = new Uint32Array();

/** A set of packet identifiers, one bit each: at most 8 KiB, even for a client that never releases one. */
export class IdentifierSet {
  #words = NONE;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(identifier: number): boolean {
    return (this.#word(identifier) & bit(identifier)) !== 0;
  }

  add(identifier: number): void {
    if (this.has(identifier)) return;
    const index = identifier >>> 5;
    if (index >= this.#words.length) this.#grow(index + 1);
    this.#words[index] = this.#word(identifier) | bit(identifier);
    this.#size++;
  }

  /** Removes a packet identifier. Returns whether it was there. */
  delete(identifier: number): boolean {
    if (!this.has(identifier)) return false;
    this.#words[identifier >>> 5] = this.#word(identifier) & ~bit(identifier);
    this.#size--;
    return true;
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let identifier = 1; identifier < this.#words.length * BITS; identifier++) {
      if (this.has(identifier)) yield identifier;
    }
  }

  #word(identifier: number): number {
    return this.#words[identifier >>> 5] ?? 0;
  }

  #grow(count: number): void {
    const most = (MAX_PACKET_IDENTIFIER + 1) / BITS;
    const larger = new Uint32Array(Math.min(most, Math.max(count, this.#words.length * 2)));
    larger.set(this.#words);
    this.#words = larger;
  }
}

function bit(identifier: number): number {
  return 1 << (identifier & (BITS - 1));
}
