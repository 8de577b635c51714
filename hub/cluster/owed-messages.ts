import { type SchedulerLike, timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Journal } from '../core/ports.ts';
import { type Missed, moveMessage } from '../session/moving-session.ts';
import { sayWill } from '../session/wills.ts';
import { type MoveTables, NO_SHARE, type Owed } from './move-tables.ts';

/** How long to wait while the log has no room, milliseconds. */
const RETRY_MS = 1_000;

/** Gives a message to a member of its shared subscription, at any hub, if there is one; or to all subscribers. */
export function pay({ share, message }: Owed, hub: Hub): void {
  if (share === NO_SHARE) sayWill(message, hub);
  else hub.redeliver(share, message, 'any');
}

/** What a hub has left: what it owed, by its own clock, and messages in the ledger that its log does not include yet. */
export interface Left {
  readonly owed: MoveTables['owed'];
  readonly missed: readonly Missed[];
  /** How far this hub's clock is ahead of that hub's, milliseconds. */
  readonly aheadMs: number;
}

/** What a hub owed that is not in the ledger, by the clock of this hub. */
export function unpaid({ owed, missed, aheadMs }: Left): readonly Owed[] {
  const paid = new Set(missed.map((one) => one.owed));
  return [...owed]
    .filter(([number]) => !paid.has(number))
    .map(([, { share, message }]) => ({ share, message: moveMessage(message, aheadMs) }));
}

/** Wills that are in the ledger although the log of their hub does not record yet that they are published. */
export function saidWills({ owed, missed }: Pick<Left, 'owed' | 'missed'>): readonly Message[] {
  return missed
    .filter((one) => one.owed !== undefined && one.isForSharesOnly !== true && !owed.get(one.owed))
    .map(({ message }) => message);
}

export interface OwedMessagesOptions {
  readonly table: MoveTables['owed'];
  /** The log of this hub, which holds the table. */
  readonly journal: Pick<Journal, 'position' | 'whenSafe'>;
  readonly scheduler: SchedulerLike;
}

/** Appends a message to the ledger, with its number. */
type Append = (number: number) => void;

/**
 * Messages that no one else would send again: those of shared subscriptions that pass to members at other hubs, and wills. Each is kept here until the ledger has
 * it, so that a hub that adopts this one knows whether it must still be sent, and none is lost.
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

  /** Keeps a message until the ledger has it under the returned number. */
  keep(owed: Owed): number {
    const number = ++this.#last;
    this.#options.table.set(number, owed);
    return number;
  }

  /**
   * Gives another hub a message that a member's session had here. `append` is called once, when the log of this hub records that the message is no longer here: it
   * must not be sent twice.
   */
  give(owed: Owed, append: Append): void {
    this.#append(this.keep(owed), append);
  }

  /** The ledger has the message with this number. Returns whether the message was kept here. */
  settle(number: number): boolean {
    return this.#options.table.delete(number);
  }

  /** Continues with the messages that an earlier process owed. */
  resume(hub: Hub): void {
    const earlier = [...this.#options.table].filter(([number]) => number <= this.#earlier);
    for (const [number, owed] of earlier) {
      this.#options.table.delete(number);
      pay(owed, hub);
    }
  }

  stop(): void {
    this.#isStopped = true;
  }

  #append(number: number, append: Append): void {
    const { journal, scheduler } = this.#options;
    journal.whenSafe(journal.position, (failure) => {
      if (this.#isStopped) return;
      if (failure) timer(RETRY_MS, scheduler).subscribe(() => this.#append(number, append));
      else append(number);
    });
  }
}
