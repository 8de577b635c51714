import type { HubError } from '../core/error.ts';

/** Called once with nothing, or with why it cannot be. Must not throw. */
export type Then = (failure?: HubError) => void;

interface Waiter {
  readonly position: number;
  readonly then: Then;
}

/** Those who wait until all up to a position is safe. */
export class Waiters {
  #waiting: Waiter[] = [];

  add(position: number, then: Then): void {
    this.#waiting.push({ position, then });
  }

  /** All up to a position is safe: calls back those who waited for that, in their order. */
  settle(safe: number): void {
    this.#call(({ position }) => position <= safe);
  }

  /** Nothing can be made safe any more: tells all who wait. */
  fail(failure: HubError): void {
    this.#call(() => true, failure);
  }

  #call(isDue: (waiter: Waiter) => boolean, failure?: HubError): void {
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((waiter) => !isDue(waiter));
    for (const { then } of due) then(failure);
  }
}
