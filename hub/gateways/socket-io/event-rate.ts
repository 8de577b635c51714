interface EventRateOptions {
  /** How many events a client may send per second, on average. As many may come at once. */
  readonly eventsPerSecond: number;
  /** Stops reading from the client. */
  readonly pause: () => void;
  readonly resume: () => void;
}

/** A shorter timer would fire late. */
const MIN_PAUSE_MS = 20;

/** Slows down a client that sends events too fast: every event is handled, and then nothing is read until the next one is due. */
export class EventRate {
  readonly #options: EventRateOptions;
  /** When all counted events are paid off at this rate, by `performance.now()`. */
  #paidAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #whenFree: (() => void)[] = [];

  constructor(options: EventRateOptions) {
    this.#options = options;
  }

  /** Whether nothing should be read from the client now. */
  get isPaused(): boolean {
    return this.#timer !== undefined;
  }

  /** Counts an event. */
  count(): void {
    this.#paidAtMs = Math.max(this.#paidAtMs, performance.now()) + 1_000 / this.#options.eventsPerSecond;
    if (this.isPaused || this.#aheadMs <= 0) return;
    this.#options.pause();
    this.#wait();
  }

  /** Calls back once the client may send again. */
  whenFree(callback: () => void): void {
    if (this.isPaused) this.#whenFree.push(callback);
    else callback();
  }

  /** Ends all waits, as the client has disconnected. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const callback of this.#whenFree.splice(0)) callback();
  }

  /** How far the client is ahead of its rate and a second's burst, milliseconds. */
  get #aheadMs(): number {
    return this.#paidAtMs - performance.now() - 1_000;
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#continue(), Math.max(MIN_PAUSE_MS, this.#aheadMs));
  }

  #continue(): void {
    if (this.#aheadMs > 0) {
      this.#wait();
      return;
    }
    this.close();
    this.#options.resume();
  }
}
