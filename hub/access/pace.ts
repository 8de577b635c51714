import { Recent } from './recent.ts';

export interface PaceOptions {
  /** A clock that never jumps, milliseconds. */
  readonly now: () => number;
  /** How many may come at once. */
  readonly burst: number;
  /** After that, one in so many milliseconds. */
  readonly everyMs: number;
}

/** Keys that are remembered; the one not seen for longest begins anew. */
const CAPACITY = 10_000;

/** Lets things happen at a pace, by key: some at once, and then one at a time. */
export class Pace {
  readonly #options: PaceOptions;
  /** When all that a key has had would be paid off. */
  readonly #paidAt = new Recent<number>(CAPACITY);

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Takes one for a key, and returns 0; or, where it is too early, takes none and returns how long to wait, milliseconds. */
  take(key: string): number {
    const { now, burst, everyMs } = this.#options;
    const at = now();
    const paidAt = Math.max(at, this.#paidAt.get(key) ?? at);
    const waitMs = paidAt - at - (burst - 1) * everyMs;
    if (waitMs > 0) return waitMs;
    this.#paidAt.set(key, paidAt + everyMs);
    return 0;
  }
}
