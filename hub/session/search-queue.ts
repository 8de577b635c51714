import type { SchedulerLike, Subscription as Timer } from 'rxjs';

/** How many fruitless steps a search takes in one go: fewer than a millisecond's worth. */
export const SLICE_STEPS = 500;

/** What one turn has for all searches together: slices, and, as a step may cost more than expected, milliseconds. */
const TURN_SLICES = 20;
const TURN_MS = 5;

/** How long to leave the event loop to others between two turns, milliseconds. */
const REST_MS = 1;

/** Takes up to `SLICE_STEPS` fruitless steps; whether there is more to search. */
export type Search = () => boolean;

/** Has long searches go on, slice by slice and each in its turn, while the event loop stays free for all else. */
export class SearchQueue {
  readonly #scheduler: SchedulerLike;
  readonly #now: () => number;
  /** In the order in which they are to go on. */
  readonly #waiting = new Set<Search>();
  #timer: Timer | undefined;

  constructor(scheduler: SchedulerLike, now: () => number) {
    this.#scheduler = scheduler;
    this.#now = now;
  }

  /** Has a search go on in a later turn. It is there once, however often it is added. */
  add(search: Search): void {
    this.#waiting.add(search);
    this.#timer ??= this.#scheduler.schedule(() => this.#takeTurn(), REST_MS);
  }

  has(search: Search): boolean {
    return this.#waiting.has(search);
  }

  delete(search: Search): void {
    this.#waiting.delete(search);
    if (this.#waiting.size > 0) return;
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }

  #takeTurn(): void {
    this.#timer = undefined;
    const endsAt = this.#now() + TURN_MS;
    try {
      for (let slices = 0; slices < TURN_SLICES && this.#now() < endsAt; slices++) {
        const [search] = this.#waiting;
        if (!search) return;
        this.#waiting.delete(search);
        if (search()) this.#waiting.add(search);
      }
    } finally {
      const [next] = this.#waiting;
      if (next) this.add(next);
    }
  }
}
