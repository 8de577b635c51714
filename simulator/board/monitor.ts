import type { Level } from '../../devices/pins/pins.ts';
import type { Cancel, Clock } from './clock.ts';
import type { Signal } from './signal.ts';
import { type FilterSettings, NO_FILTERS, Tracker } from './tracker.ts';
import { Watchdogs } from './watchdogs.ts';

/** The number of GPIO that can be watched: those of the first bank. */
const WATCHED_GPIOS = 32;

/** The levels of GPIO 0–31 at an instant, after filters, one bit each. */
export interface Sample {
  readonly us: number;
  readonly levels: number;
}

/** The events on the watched pins since the last batch. */
export interface Batch {
  /** One sample for each instant at which a watched bit changed, oldest first. */
  readonly samples: readonly Sample[];
  /** The GPIO whose watchdogs fired, one bit each. */
  readonly timeoutBits: number;
  readonly nowUs: number;
  /** The levels now. */
  readonly levels: number;
}

/** A listener to the board's edges. */
export interface Watch {
  /** The watched GPIO 0–31, one bit each. */
  bits: number;
  close(): void;
}

/** The interval between batches of edges, about as long as that of pigpio's alert thread. */
const BATCH_US = 900;

/** How far back edges can be found: the length of pigpio's sample buffer. */
const BUFFER_US = 120_000;

/**
 * Reports edges of watched pins, through glitch and noise filters, and watchdogs, in batches. While no pin is
 * watched it does nothing and holds no timer.
 */
export class Monitor {
  readonly #clock: Clock;
  readonly #sampleUs: number;
  readonly #signal: (gpio: number) => Signal;
  readonly #watches = new Map<Watch, (batch: Batch) => void>();
  readonly #trackers = new Map<number, Tracker>();
  readonly #filters = new Map<number, FilterSettings>();
  readonly #watchdogs = new Watchdogs();
  #edges: { us: number; gpio: number; level: Level }[] = [];
  #samples: Sample[] = [];
  #reported = 0;
  #flushedUs = Number.NEGATIVE_INFINITY;
  #timer: { readonly atUs: number; readonly cancel: Cancel } | undefined;

  constructor(clock: Clock, sampleUs: number, signal: (gpio: number) => Signal) {
    this.#clock = clock;
    this.#sampleUs = sampleUs;
    this.#signal = signal;
  }

  /** Whether any pin is watched. */
  get isActive(): boolean {
    return this.#trackers.size > 0;
  }

  /** Whether any listener watches a GPIO. */
  isWatched(gpio: number): boolean {
    return this.#trackers.has(gpio);
  }

  /** Adds a listener. It watches no pin yet: set the watch's `bits`. */
  watch(listener: (batch: Batch) => void): Watch {
    const monitor = this;
    let bits = 0;
    const watch: Watch = {
      get bits() {
        return bits;
      },
      set bits(value: number) {
        bits = value >>> 0;
        monitor.#retune();
      },
      close() {
        monitor.#watches.delete(watch);
        monitor.#retune();
      },
    };
    this.#watches.set(watch, listener);
    return watch;
  }

  /** The levels of GPIO 0–31 as reported now: after filters if a pin is watched. */
  levels(): number {
    return this.#levelsAt(this.#clock.nowUs());
  }

  /** Changes the filters of a GPIO. They only act while it is watched. */
  setFilters(gpio: number, change: Partial<FilterSettings>): void {
    const nowUs = this.#clock.nowUs();
    this.settle(nowUs);
    const settings = { ...(this.#filters.get(gpio) ?? NO_FILTERS), ...change };
    this.#filters.set(gpio, settings);
    this.#trackers.get(gpio)?.setFilters(settings, nowUs);
    this.#fold();
    this.#arm(nowUs);
  }

  /** Sends a report each time a GPIO has not changed for this long, microseconds; 0 stops. */
  setWatchdog(gpio: number, timeoutUs: number): void {
    const nowUs = this.#clock.nowUs();
    this.#watchdogs.set(gpio, timeoutUs, nowUs);
    this.#arm(nowUs);
  }

  /** Call this before a signal is replaced: it finds the edges of the current signals. */
  settle(nowUs: number): void {
    if (!this.isActive) return;
    for (const tracker of this.#trackers.values()) tracker.collect(nowUs, nowUs - BUFFER_US);
    this.#fold();
  }

  /** Call this after the signal of a GPIO was replaced, with the same instant as `settle`. */
  note(gpio: number, nowUs: number): void {
    if (!this.isActive) return;
    this.#trackers.get(gpio)?.see(nowUs);
    this.#fold();
    this.#arm(nowUs);
  }

  /** Cancels its timer and removes all listeners. */
  close(): void {
    this.#watches.clear();
    this.#trackers.clear();
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Pending samples go to those who watched until now: a newly watched pin is not a change by itself. */
  #retune(): void {
    const nowUs = this.#clock.nowUs();
    this.#flush(nowUs);
    const wanted = [...this.#watches.keys()].reduce((bits, { bits: more }) => bits | more, 0);
    for (let gpio = 0; gpio < WATCHED_GPIOS; gpio++) {
      if ((wanted & (1 << gpio)) === 0) this.#untrack(gpio);
      else if (!this.#trackers.has(gpio)) this.#track(gpio, nowUs);
    }
    this.#arm(nowUs);
  }

  #track(gpio: number, nowUs: number): void {
    const note = (us: number, level: Level) => this.#edges.push({ us, gpio, level });
    const tracker = new Tracker(() => this.#signal(gpio), this.#sampleUs, nowUs, note);
    tracker.setFilters(this.#filters.get(gpio) ?? NO_FILTERS, nowUs);
    this.#trackers.set(gpio, tracker);
    this.#setReported(gpio, tracker.reported);
    this.#watchdogs.resume(gpio, nowUs);
  }

  #untrack(gpio: number): void {
    this.#trackers.delete(gpio);
    this.#setReported(gpio, 0);
  }

  /** Turns the collected edges into samples, one for each instant. */
  #fold(): void {
    if (this.#edges.length === 0) return;
    const edges = this.#edges.sort((a, b) => a.us - b.us);
    this.#edges = [];
    for (const [index, { us, gpio, level }] of edges.entries()) {
      this.#setReported(gpio, level);
      this.#watchdogs.restart(gpio, us);
      if (edges[index + 1]?.us !== us) this.#sample(us);
    }
  }

  /** Keeps one sample per instant, even if a signal changes by itself and is replaced at the same instant. */
  #sample(us: number): void {
    if (this.#samples.at(-1)?.us === us) this.#samples.pop();
    this.#samples.push({ us, levels: this.#levelsAt(us) });
  }

  #setReported(gpio: number, level: Level): void {
    const bit = 1 << gpio;
    this.#reported = level === 1 ? this.#reported | bit : this.#reported & ~bit;
  }

  /** The last reported levels of watched pins, and the current levels of the others. */
  #levelsAt(us: number): number {
    let levels = this.#reported;
    for (let gpio = 0; gpio < WATCHED_GPIOS; gpio++) {
      if (!this.#trackers.has(gpio)) levels |= this.#signal(gpio).levelAt(us) << gpio;
    }
    return levels >>> 0;
  }

  #flush(nowUs: number): void {
    this.#flushedUs = nowUs;
    this.settle(nowUs);
    const timeoutBits = this.#watchdogs.fire(nowUs, (gpio) => this.#trackers.has(gpio));
    const samples = this.#samples;
    if (samples.length === 0 && timeoutBits === 0) return;
    this.#samples = [];
    const batch = { samples, timeoutBits, nowUs, levels: this.#levelsAt(nowUs) };
    for (const listener of [...this.#watches.values()]) listener(batch);
  }

  /** Sets the only timer to the next report, but no more often than once per batch. */
  #arm(nowUs: number): void {
    const dueUs = this.#dueUs(nowUs);
    const atUs = Math.max(dueUs, this.#flushedUs + BATCH_US);
    const isForNothing = atUs === Number.POSITIVE_INFINITY;
    if (this.#timer && this.#timer.atUs <= atUs && !isForNothing) return;
    this.#timer?.cancel();
    this.#timer = undefined;
    if (isForNothing) return;
    const cancel = this.#clock.schedule(atUs - nowUs, () => this.#wake());
    this.#timer = { atUs, cancel };
  }

  #wake(): void {
    this.#timer = undefined;
    const nowUs = this.#clock.nowUs();
    this.#flush(nowUs);
    this.#arm(nowUs);
  }

  #dueUs(nowUs: number): number {
    if (this.#samples.length > 0) return nowUs;
    let dueUs = Number.POSITIVE_INFINITY;
    for (const [gpio, tracker] of this.#trackers) {
      dueUs = Math.min(dueUs, this.#watchdogs.dueUs(gpio), tracker.dueUs());
    }
    return dueUs;
  }
}
