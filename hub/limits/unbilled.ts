import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import type { Journal } from '../core/ports.ts';
import type { TurnBudget } from './turn-budget.ts';

/** The part of each turn of the event loop that such work may use, milliseconds. */
const STEPS_MS = 4;

/** Does work on thousands of things, a few milliseconds in each turn: at once if it is little. Rejects with what a step throws. */
export async function inSteps(
  steps: Iterable<unknown>,
  budget: Pick<TurnBudget, 'interrupt'>,
): Promise<void> {
  let since = performance.now();
  for (const _ of steps) {
    if (performance.now() - since < STEPS_MS) continue;
    budget.interrupt(); // This time is nobody's share.
    await nextTurn();
    since = performance.now();
  }
}

/**
 * A journal whose callbacks are nobody's work: messages that a disk has made safe go to many clients at once, in the middle of a turn, and the one that
 * is read next does not pay for that.
 */
export class UnbilledJournal implements Journal {
  readonly #journal: Journal;
  readonly #budget: Pick<TurnBudget, 'interrupt'>;

  constructor(journal: Journal, budget: Pick<TurnBudget, 'interrupt'>) {
    this.#journal = journal;
    this.#budget = budget;
  }

  get position(): number {
    return this.#journal.position;
  }

  isSafe(position: number): boolean {
    return this.#journal.isSafe(position);
  }

  whenSafe(position: number, then: (failure?: HubError) => void): void {
    this.#journal.whenSafe(position, (failure) => {
      then(failure);
      this.#budget.interrupt();
    });
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
