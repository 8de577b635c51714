import { HubError } from '../core/error.ts';

export interface WorkQueueOptions {
  /** How many pieces of work may run at once. */
  readonly concurrency: number;
  /** How many may wait for their turn. */
  readonly waiting: number;
}

/** Runs pieces of costly work a few at a time, in order, and turns away what there is no room for. */
export class WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Runs `work` in its turn. Rejects with `limit/exceeded` where too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#options.concurrency) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#options.waiting) {
      throw new HubError('limit/exceeded', 'too many are being checked at once; try again in a few seconds', {
        reasonCode: 0x97,
      });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The turn goes to the next that waits, so that nobody overtakes. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running--;
  }
}
