import { type Expiring, ExpiryHeap } from '../core/expiry-heap.ts';
import type { DeliveryFlags, Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { Delivery } from './in-flight.ts';
import type { SessionAccount } from './quotas.ts';

/** A queue is compacted when more slots than this are empty, and more than half of them. */
const FEW_SLOTS = 64;

/** A message in the queue; empty once the message was taken or has expired. */
class Slot implements Expiring {
  entry: Delivery | undefined;
  readonly expiresAt: number;
  heapIndex = -1;

  constructor(entry: Delivery) {
    this.entry = entry;
    this.expiresAt = entry.message.expiresAt ?? Number.POSITIVE_INFINITY;
  }
}

/** Shared by all queues that never held a message. Always empty. */
const NONE: Slot[] = [];

/** Messages in order of arrival, counted in an account. Each operation costs O(log n) at most. */
export class WaitingQueue {
  #slots = NONE;
  /** The first slot that may not be empty. */
  #first = 0;
  #size = 0;
  /** Created with the first message that expires, since few messages do. */
  #expiring: ExpiryHeap<Slot> | undefined;
  readonly #account: SessionAccount;

  constructor(account: SessionAccount) {
    this.#account = account;
  }

  get size(): number {
    return this.#size;
  }

  /** Removes expired messages until there is room for a new one; returns whether there is. */
  makeRoomFor(message: Message, now: number, onExpired: (entry: Delivery) => void): boolean {
    while (!this.#account.hasRoomInQueue(message)) {
      const expired = this.#expiring?.expiredAt(now);
      const entry = expired && this.#take(expired);
      if (!entry) return false;
      onExpired(entry);
    }
    this.#compact();
    return true;
  }

  /** Adds a message at the end, even if there is no room. */
  add(entry: Delivery): void {
    const slot = new Slot(entry);
    this.#account.countQueued(entry.message, 1);
    if (this.#slots === NONE) this.#slots = [];
    this.#slots.push(slot);
    this.#size++;
    if (entry.message.expiresAt === undefined) return;
    this.#expiring ??= new ExpiryHeap();
    this.#expiring.add(slot);
  }

  *[Symbol.iterator](): Iterator<Delivery> {
    for (const { entry } of this.#slots) if (entry) yield entry;
  }

  shift(): Delivery | undefined {
    for (let slot = this.#slots[this.#first]; slot; slot = this.#slots[this.#first]) {
      this.#first++;
      const entry = this.#take(slot);
      this.#compact();
      if (entry) return entry;
    }
    return undefined;
  }

  /** Removes all messages for which `isTaken` is true. If that calls `add`, the new message comes after those that stay. */
  removeWhere(isTaken: (entry: Delivery) => boolean): void {
    const before = this.#slots;
    this.#slots = [];
    this.#first = 0;
    for (const slot of before) if (slot.entry && isTaken(slot.entry)) this.#take(slot);
    this.#slots = before.filter(({ entry }) => entry).concat(this.#slots);
  }

  #take(slot: Slot): Delivery | undefined {
    const { entry } = slot;
    if (!entry) return undefined;
    slot.entry = undefined;
    this.#size--;
    this.#account.countQueued(entry.message, -1);
    this.#expiring?.remove(slot);
    return entry;
  }

  #compact(): void {
    if (this.#slots.length <= 2 * this.#size + FEW_SLOTS) return;
    this.#slots = this.#slots.filter(({ entry }) => entry);
    this.#first = 0;
  }
}

interface Kept {
  readonly message: Message;
  readonly terms: Terms;
  readonly flags: DeliveryFlags;
}

/** The last retained message of each topic, at QoS 0: a slow client misses intermediate values, but never the last one. */
export class Latest {
  /** Exists only while messages wait here: most clients are never slow. */
  #kept: Map<string, Kept> | undefined;
  readonly #account: SessionAccount;

  constructor(account: SessionAccount) {
    this.#account = account;
  }

  get size(): number {
    return this.#kept?.size ?? 0;
  }

  /**
   * Replaces the topic's earlier message, which is dropped in any case: an older value must not come last. Returns false if `message` is not retained or has no
   * room.
   */
  keep(kept: Kept): boolean {
    const { message } = kept;
    if (!message.retain) return false;
    this.#take(message.topic); // Moves the topic to the end: topics stand in the order of their last messages.
    if (!this.#account.hasRoomInQueue(message)) return false;
    this.#account.countQueued(message, 1);
    this.#kept ??= new Map();
    this.#kept.set(message.topic, kept);
    return true;
  }

  /** Takes out the message that has waited longest. */
  shift(): Kept | undefined {
    const [topic] = this.#kept?.keys() ?? [];
    return topic === undefined ? undefined : this.#take(topic);
  }

  clear(): void {
    while (this.shift());
  }

  #take(topic: string): Kept | undefined {
    const kept = this.#kept?.get(topic);
    if (!kept) return undefined;
    this.#kept?.delete(topic);
    if (this.#kept?.size === 0) this.#kept = undefined;
    this.#account.countQueued(kept.message, -1);
    return kept;
  }
}
