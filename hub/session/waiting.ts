import type { DeliveryFlags, Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { QueueAccount } from './quotas.ts';
import type { Due, Ticket } from './session-journal.ts';

/** A message of QoS 1 or 2 that waits for its turn. */
export interface Waiting extends Due {
  /** Its name in the session's record. */
  readonly ticket: Ticket;
}

/** A shorter gap at the front is not worth closing. */
const GAP = 64;

/** Messages in order of arrival, counted in an account. */
export class WaitingQueue {
  #entries: Waiting[] = [];
  /** Where the first message is: taken ones leave a gap, so that taking costs the same however many wait. */
  #first = 0;
  /** No message expires before this. */
  #earliestExpiry = Number.POSITIVE_INFINITY;
  readonly #account: QueueAccount;

  constructor(account: QueueAccount) {
    this.#account = account;
  }

  get size(): number {
    return this.#entries.length - this.#first;
  }

  /** Whether there is room for a message after removing expired ones. */
  makeRoomFor(message: Message, now: number, onExpired: (entry: Waiting) => void): boolean {
    if (!this.#account.hasRoomFor(message)) this.#forgetExpired(now, onExpired);
    return this.#account.hasRoomFor(message);
  }

  /** Adds a message at the end, whether there is room or not. */
  add(entry: Waiting): void {
    const { message } = entry;
    this.#account.add(message);
    this.#entries.push(entry);
    this.#earliestExpiry = Math.min(this.#earliestExpiry, message.expiresAt ?? Number.POSITIVE_INFINITY);
  }

  /** Takes the first one out. */
  shift(): Waiting | undefined {
    const entry = this.#entries[this.#first];
    if (!entry) return undefined;
    this.#account.remove(entry.message);
    this.#first++;
    if (this.#first >= GAP && this.#first * 2 >= this.#entries.length) this.#closeGap();
    return entry;
  }

  /** Removes all for which `isTaken` is true. If that calls `add`, the new message comes after those that stay. */
  removeWhere(isTaken: (entry: Waiting) => boolean): void {
    const before = this.#entries.slice(this.#first);
    this.#entries = [];
    this.#first = 0;
    const kept = before.filter((entry) => {
      const taken = isTaken(entry);
      if (taken) this.#account.remove(entry.message);
      return !taken;
    });
    this.#entries = kept.concat(this.#entries);
  }

  /** Looks at all messages, but only if at least one may have expired. */
  #forgetExpired(now: number, onExpired: (entry: Waiting) => void): void {
    if (now < this.#earliestExpiry) return;
    let earliest = Number.POSITIVE_INFINITY;
    this.removeWhere((entry) => {
      const { message } = entry;
      if (!message.isExpiredAt(now)) {
        earliest = Math.min(earliest, message.expiresAt ?? earliest);
        return false;
      }
      onExpired(entry);
      return true;
    });
    this.#earliestExpiry = earliest;
  }

  #closeGap(): void {
    this.#entries.splice(0, this.#first);
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
   * Keeps a retained message in place of the one before it. False where it is not retained, or there is no room; the one before it is
   * gone then too, so that an older value never comes last.
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
