import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How long a minute is looked at at least, and how often a delay is measured, milliseconds. */
const WINDOW_MS = 60_000;
const RESOLUTION_MS = 20;
const RESOLUTION_NS = RESOLUTION_MS * 1e6;

/** What Node knows of the delays since it was last reset, nanoseconds. */
export interface DelayHistogram {
  readonly count: number;
  percentile(percent: number): number;
  reset(): void;
  disable(): void;
}

export interface DelayWindowOptions {
  /** A clock of milliseconds. Default: the one that only goes forward. */
  readonly now?: () => number;
  /** Begins to measure. */
  readonly begin?: () => DelayHistogram;
}

interface Monitor {
  readonly histogram: DelayHistogram;
  beganMs: number;
}

/**
 * How late the event loop has run its timers within the last one or two minutes, so that whoever asks once a minute misses nothing, however
 * many ask. Two monitors take turns: the elder is asked, and starts anew once the younger has seen a minute.
 */
export class DelayWindow {
  readonly #now: () => number;
  #elder: Monitor;
  #younger: Monitor;

  constructor({ now = () => performance.now(), begin = monitor }: DelayWindowOptions = {}) {
    this.#now = now;
    this.#elder = { histogram: begin(), beganMs: now() };
    this.#younger = { histogram: begin(), beganMs: now() };
  }

  /** The delay that so many percent were not above, seconds. */
  percentiles(percents: readonly number[]): number[] {
    const { histogram } = this.#elder;
    const values = percents.map((percent) => delaySeconds(histogram, percent));
    this.#takeTurns();
    return values;
  }

  close(): void {
    for (const { histogram } of [this.#elder, this.#younger]) histogram.disable();
  }

  #takeTurns(): void {
    const now = this.#now();
    if (now - this.#younger.beganMs < WINDOW_MS) return;
    const [elder, younger] = [this.#younger, this.#elder];
    younger.histogram.reset();
    younger.beganMs = now;
    this.#elder = elder;
    this.#younger = younger;
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
