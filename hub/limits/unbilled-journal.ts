import type { HubError } from '../core/error.ts';
import type { Message } from '../core/message.ts';
import type { Journal } from '../core/ports.ts';
import type { TurnBudget } from './turn-budget.ts';

/**
 * A journal whose callbacks are nobody's work: what a disk has made safe is sent to many clients at once, in the middle of a turn, and whoever
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
