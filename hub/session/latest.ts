import type { Message } from '../core/message.ts';
import type { Terms } from '../core/subscription.ts';
import type { DeliveryFlags } from '../core/wire-message.ts';
import type { QueueAccount } from './queue-account.ts';

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
