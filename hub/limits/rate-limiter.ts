import { LruMap } from './lru-map.ts';

/** Numbers by key. */
export interface Slots {
  get(key: string): number | undefined;
  set(key: string, value: number): void;
}

interface RateLimiterOptions {
  /** A clock that never jumps, milliseconds. */
  readonly now: () => number;
  /** The burst: how many may come at once. */
  readonly burst: number;
  /** After the burst, one per this many milliseconds. */
  readonly everyMs: number;
  /** The store of the keys. Default: an LRU of 10,000 keys. */
  readonly slots?: Slots;
}

const CAPACITY = 10_000;

/** A rate limiter by key (GCRA): a burst at once, and then one at a time. */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  /** For each key, the time at which everything that it has taken is paid off. */
  readonly #paidAt: Slots;

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#paidAt = options.slots ?? new LruMap<number>(CAPACITY);
  }

  /** How long a key has to wait for the next one, milliseconds. */
  waitMs(key: string): number {
    const { now, burst, everyMs } = this.#options;
    return Math.max(0, this.#paid(key) - now() - (burst - 1) * everyMs);
  }

  /** Takes one for a key, and returns 0; if it is too early, takes none and returns how long to wait, milliseconds. */
  take(key: string): number {
    const waitMs = this.waitMs(key);
    if (waitMs === 0) this.#paidAt.set(key, this.#paid(key) + this.#options.everyMs);
    return waitMs;
  }

  #paid(key: string): number {
    return Math.max(this.#options.now(), this.#paidAt.get(key) ?? 0);
  }
}
