import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The shortest time that a delay is remembered, and how often one is measured, milliseconds. */
const WINDOW_MS = 60_000;
const RESOLUTION_MS = 20;

/** Node's histogram of delays since the last reset, nanoseconds. */
interface DelayHistogram {
  readonly count: number;
  percentile(percent: number): number;
  reset(): void;
  disable(): void;
}

/** How late timers ran in the last one or two minutes. Two histograms take turns, as each request would reset prom-client's own. */
export class DelayWindow {
  readonly #swap: NodeJS.Timeout;
  #older: DelayHistogram;
  #younger: DelayHistogram;

  /** `begin` starts a histogram. */
  constructor(begin: () => DelayHistogram = beginHistogram) {
    this.#older = begin();
    this.#younger = begin();
    this.#swap = setInterval(() => {
      [this.#older, this.#younger] = [this.#younger, this.#older];
      this.#younger.reset();
    }, WINDOW_MS).unref();
  }

  /** The delays that these percentages of all delays did not exceed, seconds. */
  percentiles(percents: readonly number[]): number[] {
    const { count } = this.#older;
    // Node measures from one timer to the next, their interval included.
    const delayMs = (percent: number) => this.#older.percentile(percent) / 1e6 - RESOLUTION_MS;
    return percents.map((percent) => (count === 0 ? 0 : Math.max(0, delayMs(percent)) / 1000));
  }

  close(): void {
    clearInterval(this.#swap);
    this.#older.disable();
    this.#younger.disable();
  }
}

function beginHistogram(): DelayHistogram {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}
