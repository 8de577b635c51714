import { LruMap } from './lru-map.ts';

/** Numbers by key. */
export interface Slots {
  get(key: string): number | undefined;
  set(key: string, value: number): void;
}

interface RateLimiterOptions {
  /** A clock that never jumps, milliseconds. */
  readonly now: () => number;
  /** How many may come at once. */
  readonly burst: number;
  /** After that, one in so many milliseconds. */
  readonly everyMs: number;
  /** Where keys are remembered. Default: so many of them, and the one not seen for longest begins anew. */
  readonly slots?: Slots;
}

const CAPACITY = 10_000;

/** Lets things happen at a pace, by key: some at once, and then one at a time. */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  /** When all that a key has had would be paid off. */
  readonly #paidAt: Slots;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#paidAt = options.slots ?? new LruMap<number>(CAPACITY);
  }

  /** How long a key has to wait for the next, milliseconds. */
  waitMs(key: string): number {
    const { now, burst, everyMs } = this.#options;
    return Math.max(0, this.#paid(key) - now() - (burst - 1) * everyMs);
  }

  /** Takes one for a key, and returns 0; or, where it is too early, takes none and returns how long to wait, milliseconds. */
  take(key: string): number {
    const waitMs = this.waitMs(key);
    if (waitMs === 0) this.#paidAt.set(key, this.#paid(key) + this.#options.everyMs);
    return waitMs;
  }

  #paid(key: string): number {
    return Math.max(this.#options.now(), this.#paidAt.get(key) ?? 0);
  }
}
