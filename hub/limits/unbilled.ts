import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import type { Journal, Progress } from '../core/ports.ts';
import type { TurnBudget } from './turn-budget.ts';

/** How much of each turn of the event loop such work may use, milliseconds. */
const STEPS_MS = 4;

/** Does work on thousands of things, a few milliseconds per turn; a little work is done at once. Rejects with what a step throws. */
export async function inSteps(
  steps: Iterable<unknown>,
  budget: Pick<TurnBudget, 'interrupt'>,
): Promise<void> {
  let since = performance.now();
  for (const _ of steps) {
    if (performance.now() - since < STEPS_MS) continue;
    budget.interrupt(); // This time is charged to no share.
    await nextTurn();
    since = performance.now();
  }
}

/** A progress whose callbacks are charged to no client. */
class UnbilledProgress implements Progress {
  readonly #progress: Progress;
  readonly #budget: Pick<TurnBudget, 'interrupt'>;

  constructor(progress: Progress, budget: Pick<TurnBudget, 'interrupt'>) {
    this.#progress = progress;
    this.#budget = budget;
  }

  get position(): number {
    return this.#progress.position;
  }

  isSafe(position: number): boolean {
    return this.#progress.isSafe(position);
  }

  whenSafe(position: number, then: (failure?: HubError) => void): void {
    this.#progress.whenSafe(position, (failure) => {
      then(failure);
      this.#budget.interrupt();
    });
  }
}

/**
 * A journal whose callbacks are charged to no client: messages that a disk has made safe go to many clients at once, in the middle of a turn, and the client
 * that is read next does not pay for that.
 */
export class UnbilledJournal extends UnbilledProgress implements Journal {
  readonly #journal: Journal;
  readonly ofSessions?: Progress;

  constructor(journal: Journal, budget: Pick<TurnBudget, 'interrupt'>) {
    super(journal, budget);
    this.#journal = journal;
    if (journal.ofSessions) this.ofSessions = new UnbilledProgress(journal.ofSessions, budget);
  }

  commit(): void {
    this.#journal.commit();
  }

  retain(message: Message): void {
    this.#journal.retain(message);
  }

  forget(topic: string): void {
    this.#journal.forget(topic);
  }
}
