import { monitorEventLoopDelay } from 'node:perf_hooks';

/** The shortest time that a delay is remembered, and how often one is measured, milliseconds. */
const WINDOW_MS = 60_000;
const RESOLUTION_MS = 20;
const RESOLUTION_NS = RESOLUTION_MS * 1e6;

/** Node's histogram of delays since the last reset, nanoseconds. */
interface DelayHistogram {
  readonly count: number;
  percentile(percent: number): number;
  reset(): void;
  disable(): void;
}

/**
 * How late the event loop ran its timers within the last one or two minutes. Whoever asks once a minute misses nothing, however many ask:
 * prom-client's own metric is reset by each request. Two monitors take turns: the elder answers, and is reset when the younger has seen a
 * minute.
 */
export class DelayWindow {
  readonly #turns: NodeJS.Timeout;
  #elder: DelayHistogram;
  #younger: DelayHistogram;

  /** `begin` starts a monitor. */
  constructor(begin: () => DelayHistogram = monitor) {
    this.#elder = begin();
    this.#younger = begin();
    this.#turns = setInterval(() => this.#takeTurns(), WINDOW_MS).unref();
  }

  /** For each percentage the delay that so many did not exceed, seconds. */
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

/** Node measures from one timer to the next, their interval included. */
function delaySeconds(histogram: DelayHistogram, percent: number): number {
  if (histogram.count === 0) return 0;
  return Math.max(0, histogram.percentile(percent) - RESOLUTION_NS) / 1e9;
}
