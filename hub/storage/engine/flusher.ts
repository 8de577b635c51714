/** What an acknowledged change survives. `process`: the death of the process; `power`: a power cut too, if the disk does what it says. */
export const DURABILITIES = ['process', 'power'] as const;

export type Durability = (typeof DURABILITIES)[number];

interface FlusherOptions {
  readonly durability: Durability;
  /** With `process`, the time between two flushes, milliseconds. */
  readonly flushMs: number;
  /** Called before such a flush, to write more. */
  readonly onDue: () => void;
  /** Flushes everything that was written before the call. */
  readonly flush: () => Promise<void>;
  /** Called when more is flushed than before. */
  readonly onFlushed: () => void;
  /** Called with the error when a flush has failed. */
  readonly onFault: (cause: unknown) => void;
}

/**
 * Decides when changes are flushed: with `power`, on which acknowledgements wait, one flush after the other while there are changes; with
 * `process`, once in a while, however much is written and however slow the disk is, as flushes wear out SD cards.
 */
export class Flusher {
  readonly #options: FlusherOptions;
  #written = 0;
  #flushed = 0;
  #timer: NodeJS.Timeout | undefined;
  #isWanted = false;
  #isRunning = false;
  #isStopped = false;
  #passes = Promise.resolve();

  constructor(options: FlusherOptions) {
    this.#options = options;
  }

  /** Everything up to this position is flushed. */
  get flushed(): number {
    return this.#flushed;
  }

  /** To be called when everything up to a position was written. */
  wrote(position: number): void {
    this.#written = position;
    this.#timer ??= setTimeout(() => this.#onDue(), this.#options.flushMs).unref();
    if (this.#options.durability === 'power') this.#begin();
  }

  /** Stops; resolves when a flush under way is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#passes;
  }

  #onDue(): void {
    this.#options.onDue();
    this.#timer = undefined; // The changes of `onDue` are no reason for another flush.
    this.#begin();
  }

  #begin(): void {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#passes = this.#run();
  }

  /** Flushes until nobody wants another flush. */
  async #run(): Promise<void> {
    while (this.#isWanted && this.#flushed < this.#written && !this.#isStopped) await this.#pass();
    this.#isRunning = false;
  }

  async #pass(): Promise<void> {
    this.#isWanted = false;
    const position = this.#written;
    try {
      await this.#options.flush();
    } catch (error) {
      this.#options.onFault(error);
      return;
    }
    this.#flushed = position;
    this.#options.onFlushed();
  }
}
