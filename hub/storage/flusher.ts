import type { Durability } from './durability.ts';

export interface FlusherOptions {
  readonly durability: Durability;
  /** With `process` the least time between two flushes, and how long what was written waits for one; milliseconds. */
  readonly flushMs: number;
  /** Called every so many milliseconds while there are changes, before what was written is flushed, to write more. */
  readonly onDue: () => void;
  /** Flushes all that was written before the call. */
  readonly flush: () => Promise<void>;
  /** Called when more is flushed than before. */
  readonly onFlushed: () => void;
  /** Told why a flush has failed. */
  readonly onFault: (cause: unknown) => void;
}

/**
 * Decides when what was written is flushed. With `power`, where all wait for it, again and again, as long as there is something; with
 * `process` once in a while, however much is written and however slow the disk is: cards wear out by flushes.
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

  /** Up to which position all is flushed. */
  get flushed(): number {
    return this.#flushed;
  }

  /** Is told up to which position all was written. */
  wrote(position: number): void {
    this.#written = position;
    this.#timer ??= setTimeout(() => this.#onDue(), this.#options.flushMs).unref();
    if (this.#options.durability === 'power') this.#begin();
  }

  /** Flushes nothing any more; resolves when what is under way is over. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#passes;
  }

  #onDue(): void {
    this.#options.onDue();
    this.#timer = undefined; // What `onDue` has written is no reason to come again.
    this.#begin();
  }

  #begin(): void {
    this.#isWanted = true;
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#passes = this.#run();
  }

  /** One pass for each time that one was wanted, or for several that were meanwhile. */
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
