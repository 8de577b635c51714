import { type SchedulerLike, timer } from 'rxjs';
import type { Hub } from '../core/hub.ts';
import type { Message } from '../core/message.ts';
import type { Journal } from '../core/ports.ts';
import { type Missed, moveMessage } from '../session/moving-session.ts';
import { publishWillMessage } from '../session/wills.ts';
import { type MoveTables, NO_SHARE, type Undelivered } from './move-tables.ts';

/** How long to wait while the log has no room, milliseconds. */
const RETRY_MS = 1_000;

/** Gives a message to a member of its shared subscription, at any hub, if there is one; or to all subscribers. */
export function redeliver({ share, message }: Undelivered, hub: Hub): void {
  if (share === NO_SHARE) publishWillMessage(message, hub);
  else hub.redeliver(share, message, 'any');
}

/**
 * The messages that a hub has left. Some of them it had not delivered to others yet, with times by its own clock. The others are in the ledger, but not
 * included in the hub's log yet.
 */
export interface Left {
  readonly undelivered: MoveTables['undelivered'];
  readonly missed: readonly Missed[];
  /** How far this hub's clock is ahead of that hub's, milliseconds. */
  readonly aheadMs: number;
}

/** Undelivered messages that are not in the ledger, by the clock of this hub. */
export function notInLedger({ undelivered, missed, aheadMs }: Left): readonly Undelivered[] {
  const inLedger = new Set(missed.map((one) => one.undelivered));
  return [...undelivered]
    .filter(([number]) => !inLedger.has(number))
    .map(([, { share, message }]) => ({ share, message: moveMessage(message, aheadMs) }));
}

/** Wills that are in the ledger although the log of their hub does not record yet that they are published. */
export function publishedWills({ undelivered, missed }: Omit<Left, 'aheadMs'>): readonly Message[] {
  return missed
    .filter(
      (one) =>
        one.undelivered !== undefined && one.isForSharesOnly !== true && !undelivered.get(one.undelivered),
    )
    .map(({ message }) => message);
}

export interface UndeliveredMessagesOptions {
  readonly table: MoveTables['undelivered'];
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
export class UndeliveredMessages {
  readonly #options: UndeliveredMessagesOptions;
  /** The last number of an earlier process. */
  readonly #earlier: number;
  #last: number;
  #isStopped = false;

  constructor(options: UndeliveredMessagesOptions) {
    this.#options = options;
    this.#earlier = Math.max(0, ...Array.from(options.table, ([number]) => number));
    this.#last = this.#earlier;
  }

  /** Keeps a message until the ledger has it under the returned number. */
  keep(undelivered: Undelivered): number {
    const number = ++this.#last;
    this.#options.table.set(number, undelivered);
    return number;
  }

  /**
   * Gives another hub a message that a member's session had here. `append` is called once, when the log of this hub records that the message is no longer here:
   * otherwise the message could be sent twice.
   */
  give(undelivered: Undelivered, append: Append): void {
    this.#append(this.keep(undelivered), append);
  }

  /** Forgets the message with this number, as the ledger has it. Returns whether the message was kept here. */
  settle(number: number): boolean {
    return this.#options.table.delete(number);
  }

  /** Continues with the messages that an earlier process had not delivered. */
  resume(hub: Hub): void {
    const earlier = [...this.#options.table].filter(([number]) => number <= this.#earlier);
    for (const [number, undelivered] of earlier) {
      this.#options.table.delete(number);
      redeliver(undelivered, hub);
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
