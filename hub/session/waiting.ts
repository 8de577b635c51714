import { type Expiring, ExpiryHeap } from '../core/expiry-heap.ts';
import type { DeliveryFlags, Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { QueueAccount } from './quotas.ts';
import type { Due, Ticket } from './session-journal.ts';

/** A message of QoS 1 or 2 that waits for its turn. */
export interface Waiting extends Due {
  /** Its number in the session's record. */
  readonly ticket: Ticket;
}

/** A queue is compacted when more slots than this are empty, and more than half of them. */
const FEW_SLOTS = 64;

/** A message in the queue; empty once it was taken or has expired. */
class Slot implements Expiring {
  entry: Waiting | undefined;
  readonly expiresAt: number;
  heapIndex = -1;

  constructor(entry: Waiting) {
    this.entry = entry;
    this.expiresAt = entry.message.expiresAt ?? Number.POSITIVE_INFINITY;
  }
}

/** Messages in order of arrival, counted in an account. Each operation costs the same, or O(log n), however many wait. */
export class WaitingQueue {
  #slots: Slot[] = [];
  /** The first slot that may not be empty. */
  #first = 0;
  #size = 0;
  readonly #expiring = new ExpiryHeap<Slot>();
  readonly #account: QueueAccount;

  constructor(account: QueueAccount) {
    this.#account = account;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether there is room for a message after removing expired ones, as far as needed. */
  makeRoomFor(message: Message, now: number, onExpired: (entry: Waiting) => void): boolean {
    while (!this.#account.hasRoomFor(message)) {
      const expired = this.#expiring.expiredAt(now);
      const entry = expired && this.#take(expired);
      if (!entry) return false;
      onExpired(entry);
    }
    this.#compact();
    return true;
  }

  /** Adds a message at the end, whether there is room or not. */
  add(entry: Waiting): void {
    const slot = new Slot(entry);
    this.#account.add(entry.message);
    this.#slots.push(slot);
    this.#size++;
    if (entry.message.expiresAt !== undefined) this.#expiring.add(slot);
  }

  /** Takes the first one out. */
  shift(): Waiting | undefined {
    for (let slot = this.#slots[this.#first]; slot; slot = this.#slots[this.#first]) {
      this.#first++;
      const entry = this.#take(slot);
      this.#compact();
      if (entry) return entry;
    }
    return undefined;
  }

  /** Removes all for which `isTaken` is true. If that calls `add`, the new message comes after those that stay. */
  removeWhere(isTaken: (entry: Waiting) => boolean): void {
    const before = this.#slots;
    this.#slots = [];
    this.#first = 0;
    for (const slot of before) if (slot.entry && isTaken(slot.entry)) this.#take(slot);
    this.#slots = before.filter(({ entry }) => entry).concat(this.#slots);
  }

  #take(slot: Slot): Waiting | undefined {
    const { entry } = slot;
    if (!entry) return undefined;
    slot.entry = undefined;
    this.#size--;
    this.#account.remove(entry.message);
    this.#expiring.remove(slot);
    return entry;
  }

  #compact(): void {
    if (this.#slots.length <= 2 * this.#size + FEW_SLOTS) return;
    this.#slots = this.#slots.filter(({ entry }) => entry);
    this.#first = 0;
  }
}

/** A message of QoS 0 that a slow client will still get. */
export interface Kept {
  readonly message: Message;
  readonly terms: Terms;
  readonly flags: DeliveryFlags;
}

/**
 * What a slow client will still get at QoS 0: the last message of each topic that retains its messages. A client that falls behind misses
 * intermediate values, but never the last one.
 */
export class Latest {
  readonly #kept = new Map<string, Kept>();
  readonly #account: QueueAccount;

  constructor(account: QueueAccount) {
    this.#account = account;
  }

  get size(): number {
    return this.#kept.size;
  }

  /**
   * Keeps a retained message in place of the one before it. Returns false if it is not retained, or there is no room. The one before it is
   * dropped in any case, so that an older value never comes last.
   */
  keep(kept: Kept): boolean {
    const { message } = kept;
    if (!message.retain) return false;
    this.#forget(message.topic); // It moves to the end: the order is that of the last messages.
    if (!this.#account.hasRoomFor(message)) return false;
    this.#account.add(message);
    this.#kept.set(message.topic, kept);
    return true;
  }

  /** Removes the one that has waited longest. */
  shift(): Kept | undefined {
    for (const [topic, kept] of this.#kept) {
      this.#forget(topic);
      return kept;
    }
    return undefined;
  }

  clear(): void {
    for (const topic of [...this.#kept.keys()]) this.#forget(topic);
  }

  #forget(topic: string): void {
    const kept = this.#kept.get(topic);
    if (!kept) return;
    this.#kept.delete(topic);
    this.#account.remove(kept.message);
  }
}
