import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long is looked back at least, and how often a delay is measured, milliseconds. */
const WINDOW_MS = 60_000;
const RESOLUTION_MS = 20;
const RESOLUTION_NS = RESOLUTION_MS * 1e6;

/** What Node knows of the delays since it was last reset, nanoseconds. */
interface DelayHistogram {
  readonly count: number;
  percentile(percent: number): number;
  reset(): void;
  disable(): void;
}

/**
 * How late the event loop has run its timers within the last one or two minutes, so that whoever asks once a minute misses nothing, however
 * many ask, and however seldom. Two monitors take turns: the elder is asked, and starts anew once the younger has seen a minute.
 */
export class DelayWindow {
  readonly #turns: NodeJS.Timeout;
  #elder: DelayHistogram;
  #younger: DelayHistogram;

  /** `begin` begins to measure. */
  constructor(begin: () => DelayHistogram = monitor) {
    this.#elder = begin();
    this.#younger = begin();
    this.#turns = setInterval(() => this.#takeTurns(), WINDOW_MS).unref();
  }

  /** The delay that so many percent were not above, seconds. */
  percentiles(percents: readonly number[]): number[] {
    return percents.map((percent) => delaySeconds(this.#elder, percent));
  }

  close(): void {
    clearInterval(this.#turns);
    for (const histogram of [this.#elder, this.#younger]) histogram.disable();
  }

  #takeTurns(): void {
    [this.#elder, this.#younger] = [this.#younger, this.#elder];
    this.#younger.reset();
  }
}

function monitor(): DelayHistogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}

/** Node measures from one timer to the next, and so the interval that they were meant to take with it. */
function delaySeconds(histogram: DelayHistogram, percent: number): number {
  if (histogram.count === 0) return 0;
  return Math.max(0, histogram.percentile(percent) - RESOLUTION_NS) / 1e9;
}
