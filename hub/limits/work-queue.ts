import { HubError } from '../core/error.ts';

interface WorkQueueOptions {
  /** How many pieces of work may run at once. */
  readonly concurrency: number;
  /** How many may wait. */
  readonly waiting: number;
}

/** Whose work it is. */
export interface Lane {
  /** Work with the same key is done in order; work with other keys passes it. */
  readonly key: string;
  /** Known lanes go before all others. */
  readonly isKnown: boolean;
}

interface Waiter {
  readonly start: () => void;
  readonly giveUp: (error: HubError) => void;
}

/** What waits, by lane; the first lane is served next. */
type Lanes = Map<string, Waiter[]>;

/**
 * Runs costly work, a few pieces at a time. The lanes take turns, so a lane with much work delays the others no more than one with little. If
 * too much waits, the last of the longest lane is refused.
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

  /** Runs `work` in its turn. Rejects with `limit/exceeded` if there is no room to wait. */
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

  /** Starts the next one directly, so that nobody overtakes it. */
  #pass(): void {
    const next = this.#take(this.#known) ?? this.#take(this.#strange);
    if (next) next.start();
    else this.#running--;
  }

  /** Takes the first of the next lane, which then goes behind the others. */
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
