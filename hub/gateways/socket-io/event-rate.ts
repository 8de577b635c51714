interface EventRateOptions {
  /** Events a second, on average; as many may come at once. */
  readonly eventsPerSecond: number;
  /** Stops reading from the client, and goes on with it. */
  readonly pause: () => void;
  readonly resume: () => void;
}

/** A timer for less would fire late. */
const LEAST_PAUSE_MS = 20;

/** Slows down a client that sends events too fast: every event is handled, and then nothing is read until there is room for more. */
export class EventRate {
  readonly #options: EventRateOptions;
  #allowance: number;
  #countedAt = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #whenFree: (() => void)[] = [];

  constructor(options: EventRateOptions) {
    this.#options = options;
    this.#allowance = options.eventsPerSecond;
  }

  /** Whether nothing should be read from the client now. */
  get isPaused(): boolean {
    return this.#timer !== undefined;
  }

  /** Counts an event. */
  count(): void {
    this.#earn();
    this.#allowance--;
    if (this.#allowance >= 0 || this.isPaused) return;
    this.#options.pause();
    this.#wait();
  }

  /** Calls back once the client may send again. */
  whenFree(callback: () => void): void {
    if (this.isPaused) this.#whenFree.push(callback);
    else callback();
  }

  /** The client has gone: nothing waits any longer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const callback of this.#whenFree.splice(0)) callback();
  }

  #wait(): void {
    const missingMs = (-this.#allowance / this.#options.eventsPerSecond) * 1000;
    this.#timer = setTimeout(() => this.#look(), Math.max(LEAST_PAUSE_MS, missingMs));
  }

  #look(): void {
    this.#earn();
    if (this.#allowance < 0) {
      this.#wait();
      return;
    }
    this.close();
    this.#options.resume();
  }

  #earn(): void {
    const now = performance.now();
    const { eventsPerSecond } = this.#options;
    const earned = ((now - this.#countedAt) / 1000) * eventsPerSecond;
    this.#allowance = Math.min(this.#allowance + earned, eventsPerSecond);
    this.#countedAt = now;
  }
}
