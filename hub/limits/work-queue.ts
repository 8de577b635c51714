import { HubError } from '../core/error.ts';
import { Lanes } from './waiting-line.ts';

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

/**
 * Runs costly work, a few pieces at a time. The lanes take turns, so a lane with much work delays the others no more than one with little. If
 * too much waits, the last of the longest lane is refused.
 */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #known = new Lanes<Waiter>();
  readonly #strange = new Lanes<Waiter>();
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
      (isKnown ? this.#known : this.#strange).add(key, { start, giveUp });
      this.#waiting++;
      if (this.#waiting > this.#options.waiting) this.#turnAway();
    });
  }

  /** Starts the next one directly, so that nobody overtakes it. */
  #pass(): void {
    const next = this.#known.next() ?? this.#strange.next();
    if (!next) this.#running--;
    else this.#waiting--;
    next?.start();
  }

  #turnAway(): void {
    const last = this.#strange.takeBack() ?? this.#known.takeBack();
    this.#waiting--;
    last?.giveUp(
      new HubError('limit/exceeded', 'too many are being checked at once; try again in a few seconds'),
    );
  }
}
