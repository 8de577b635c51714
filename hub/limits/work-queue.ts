import { HubError } from '../core/error.ts';

interface WorkQueueOptions {
  /** How many pieces of work may run at once. */
  readonly concurrency: number;
  /** How many may wait for their turn. */
  readonly waiting: number;
}

/** For whom work is done. */
export interface Lane {
  /** Those with the same key wait behind one another; those with another pass them by. */
  readonly key: string;
  /** Whether it goes before all that are not. */
  readonly isKnown: boolean;
}

interface Waiter {
  readonly start: () => void;
  readonly giveUp: (error: HubError) => void;
}

/** Those who wait, in the order in which their lanes come to their turns. */
type Lanes = Map<string, Waiter[]>;

/**
 * Runs pieces of costly work a few at a time. The lanes take turns, so that one that wants much keeps the others waiting no longer than
 * one that wants little. Where too many wait, the last of the longest lane is turned away.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #known: Lanes = new Map();
  readonly #strange: Lanes = new Map();
  #waiting = 0;
  #running = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Runs `work` in its turn. Rejects with `limit/exceeded` where there is no room to wait. */
  async run<T>(lane: Lane, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#options.concurrency) this.#running++;
    else await this.#wait(lane);
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  #wait({ key, isKnown }: Lane): Promise<void> {
    return new Promise((start, giveUp) => {
      const lanes = isKnown ? this.#known : this.#strange;
      const lane = lanes.get(key) ?? [];
      lanes.set(key, lane);
      lane.push({ start, giveUp });
      this.#waiting++;
      if (this.#waiting > this.#options.waiting) this.#turnAway();
    });
  }

  /** The turn goes to the next that waits, so that nobody overtakes. */
  #pass(): void {
    const next = this.#take(this.#known) ?? this.#take(this.#strange);
    if (next) next.start();
    else this.#running--;
  }

  /** The first of the lane whose turn it is, which then goes behind the others. */
  #take(lanes: Lanes): Waiter | undefined {
    const [first] = lanes;
    if (!first) return undefined;
    const [key, lane] = first;
    const waiter = lane.shift();
    lanes.delete(key);
    if (lane.length > 0) lanes.set(key, lane);
    this.#waiting--;
    return waiter;
  }

  #turnAway(): void {
    const lanes = this.#strange.size > 0 ? this.#strange : this.#known;
    const [key, lane] = [...lanes].reduce((one, other) => (other[1].length >= one[1].length ? other : one));
    const last = lane.pop();
    if (lane.length === 0) lanes.delete(key);
    this.#waiting--;
    last?.giveUp(
      new HubError('limit/exceeded', 'too many are being checked at once; try again in a few seconds'),
    );
  }
}
