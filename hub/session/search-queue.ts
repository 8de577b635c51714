import type { SchedulerLike, Subscription as Timer } from 'rxjs';

/** How many steps a search takes at a time, whether they find something or not: about a millisecond's worth. */
export const SLICE_STEPS = 500;

/** The budget of one turn for all searches together: slices, and milliseconds in case a step costs more than expected. */
const TURN_SLICES = 20;
const TURN_MS = 5;

/** How long the event loop is left free between two turns, milliseconds. */
const REST_MS = 1;

/** Takes up to `SLICE_STEPS` steps; returns whether there is more to search. */
export type Search = () => boolean;

/** Runs long searches in turns, slice by slice, so that the event loop stays free for all other work. */
export class SearchQueue {
  readonly #scheduler: SchedulerLike;
  readonly #now: () => number;
  /** The searches in the order of their turns. */
  readonly #waiting = new Set<Search>();
  #timer: Timer | undefined;

  constructor(scheduler: SchedulerLike, now: () => number) {
    this.#scheduler = scheduler;
    this.#now = now;
  }

  /** Continues a search in a later turn. Adding it again changes nothing. */
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

/** Runs the steps of a search along with those of all others. Resolves to what the search finds; rejects with a step's error, or with the signal's reason. */
export function search<T>(queue: SearchQueue, steps: Iterator<unknown, T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const takeSlice: Search = () => {
      try {
        signal.throwIfAborted();
        for (let left = SLICE_STEPS; left > 0; left--) {
          const { done, value } = steps.next();
          if (!done) continue;
          resolve(value);
          return false;
        }
        return true;
      } catch (error) {
        reject(error);
        return false;
      }
    };
    queue.add(takeSlice);
  });
}
