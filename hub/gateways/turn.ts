interface TurnOptions {
  /**
   * How long to rest after a flush, in multiples of the time that it took. With 3, flushing takes at most a quarter of the processor: an idle
   * hub flushes every turn, and a busy one gathers more before it writes. Default 0: no rest.
   */
  readonly restFactor?: number;
}

/** No rest is longer than this, milliseconds. */
const MAX_REST_MS = 20;

/** Gathers everything that has something to flush, and flushes it at the end of the present turn of the event loop. */
export class Turn<T> {
  #due: T[] = [];
  #restsUntil = 0;
  readonly #flush: (due: readonly T[]) => void;
  readonly #restFactor: number;

  constructor(flush: (due: readonly T[]) => void, { restFactor = 0 }: TurnOptions = {}) {
    this.#flush = flush;
    this.#restFactor = restFactor;
  }

  /** Has `item` flushed at the end of this turn. The caller adds it only once. */
  add(item: T): void {
    if (this.#due.length === 0) this.#schedule();
    this.#due.push(item);
  }

  #schedule(): void {
    const restMs = this.#restFactor === 0 ? 0 : this.#restsUntil - performance.now();
    if (restMs >= 1) setTimeout(this.#end, restMs);
    else setImmediate(this.#end);
  }

  readonly #end = (): void => {
    const due = this.#due;
    this.#due = [];
    if (this.#restFactor === 0) this.#flush(due);
    else this.#flushAndRest(due);
  };

  #flushAndRest(due: readonly T[]): void {
    const startedAt = performance.now();
    this.#flush(due);
    const endedAt = performance.now();
    this.#restsUntil = endedAt + Math.min(MAX_REST_MS, (endedAt - startedAt) * this.#restFactor);
  }
}
