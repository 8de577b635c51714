import type { HubError } from '../../core/error.ts';

/**
 * What an acknowledgement outlives. `process`: the death of the process, at any instant; of a power cut, all but the last seconds.
 * `power`: a power cut too, as far as the disk keeps its word.
 */
export const DURABILITIES = ['process', 'power'] as const;

export type Durability = (typeof DURABILITIES)[number];

interface FlusherOptions {
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

/** Called once with nothing, or with why it cannot be. Must not throw. */
export type Then = (failure?: HubError) => void;

interface Waiter {
  readonly position: number;
  readonly then: Then;
}

/** Those who wait until all up to a position is safe. */
export class Waiters {
  #waiting: Waiter[] = [];

  add(position: number, then: Then): void {
    this.#waiting.push({ position, then });
  }

  /** All up to a position is safe: calls back those who waited for that, in their order. */
  settle(safe: number): void {
    this.#call(({ position }) => position <= safe);
  }

  /** Nothing can be made safe any more: tells all who wait. */
  fail(failure: HubError): void {
    this.#call(() => true, failure);
  }

  #call(isDue: (waiter: Waiter) => boolean, failure?: HubError): void {
    if (this.#waiting.length === 0) return;
    const due = this.#waiting.filter(isDue);
    this.#waiting = this.#waiting.filter((waiter) => !isDue(waiter));
    for (const { then } of due) then(failure);
  }
}
