import type { DeliveryFlags, Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { QueueAccount } from './quotas.ts';
import type { Due, Ticket } from './session-journal.ts';

/** A message of QoS 1 or 2 that waits for its turn. */
export interface Waiting extends Due {
  /** What it is called in the session's record. */
  readonly ticket: Ticket;
}

/** The shortest gap at the front that is worth closing. */
const GAP = 64;

/** Messages in the order in which they came, counted in an account. */
export class WaitingQueue {
  #entries: Waiting[] = [];
  /** Where the first one is: what was taken leaves a gap, so that taking costs the same however many wait. */
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

  /** Whether there is room for a message, once those are forgotten that have expired. */
  makeRoomFor(message: Message, now: number, onExpired: (entry: Waiting) => void): boolean {
    if (!this.#account.hasRoomFor(message)) this.#forgetExpired(now, onExpired);
    return this.#account.hasRoomFor(message);
  }

  /** Adds a message at the end, without asking for room. */
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

  /** Takes out all for which `isTaken` is true. It may lead to an `add`, which then comes behind those that stay. */
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

  /** Looks at all messages, but only when one at least may have expired. */
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

/** A message of QoS 0 that a slow client is still to see. */
export interface Kept {
  readonly message: Message;
  readonly terms: Terms;
  readonly flags: DeliveryFlags;
}

/**
 * What a slow client is still to see at QoS 0: of each topic whose messages are retained the last one. A client that falls
 * behind thus misses what is in between, but never the value that a topic came to rest on.
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
    this.#forget(message.topic); // Filed anew, so that the order is that of the last messages.
    if (!this.#account.hasRoomFor(message)) return false;
    this.#account.add(message);
    this.#kept.set(message.topic, kept);
    return true;
  }

  /** Takes out the one that has waited longest. */
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
