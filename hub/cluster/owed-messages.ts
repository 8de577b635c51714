import { type SchedulerLike, timer } from 'rxjs';
import type { Message } from '../core/message.ts';
import type { Journal } from '../core/ports.ts';
import type { MoveTables, Owed } from './move-tables.ts';

/** How long to wait while the log has no room, milliseconds. */
const RETRY_MS = 1_000;

export interface OwedMessagesOptions {
  readonly table: MoveTables['owed'];
  /** The log of this hub, which has the table. */
  readonly journal: Pick<Journal, 'position' | 'whenSafe'>;
  readonly scheduler: SchedulerLike;
  /** Puts a message in the ledger, for a member at another hub. */
  readonly append: (owed: Owed & { readonly number: number; readonly hub: string }) => void;
}

/**
 * Messages of shared subscriptions that go on to members at other hubs. Each is kept here until the ledger has it, and goes there only when the log of this hub says
 * that nobody here has it any more: so whoever adopts this hub knows of each whether it must still go, and none is lost or goes twice.
 */
export class OwedMessages {
  readonly #options: OwedMessagesOptions;
  /** The last number of an earlier process. */
  readonly #earlier: number;
  #last: number;
  #isStopped = false;

  constructor(options: OwedMessagesOptions) {
    this.#options = options;
    this.#earlier = Math.max(0, ...Array.from(options.table, ([number]) => number));
    this.#last = this.#earlier;
  }

  /** Gives a message to a member at another hub. */
  give(owed: Owed, hub: string): void {
    const number = ++this.#last;
    this.#options.table.set(number, owed);
    this.#append(number, owed, hub);
  }

  /** The ledger has the message with this number. */
  settle(number: number): void {
    this.#options.table.delete(number);
  }

  /** Goes on with what an earlier process owed: `redeliver` gives it to a member, here or elsewhere, if there is one. */
  resume(redeliver: (share: string, message: Message) => void): void {
    const earlier = [...this.#options.table].filter(([number]) => number <= this.#earlier);
    for (const [number, { share, message }] of earlier) {
      this.#options.table.delete(number);
      redeliver(share, message);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  #append(number: number, owed: Owed, hub: string): void {
    const { journal, scheduler, append } = this.#options;
    journal.whenSafe(journal.position, (failure) => {
      if (this.#isStopped) return;
      if (failure) timer(RETRY_MS, scheduler).subscribe(() => this.#append(number, owed, hub));
      else append({ ...owed, number, hub });
    });
  }
}
