import type { ClockMark } from '../../clock.ts';

/** How far the time of day must have been moved for that to be noted at once, milliseconds. */
const LEAP_MS = 60_000;

interface ClockMarksOptions {
  /** The hub's clock, milliseconds. */
  readonly now: () => number;
  /** The time of day, milliseconds since 1970. */
  readonly wallMs?: () => number;
  /** The mark that the clock goes on from. */
  readonly last: ClockMark | undefined;
  /** Keeps a mark. */
  readonly keep: (mark: ClockMark) => void;
}

/**
 * Marks where the hub's clock is, for the next hub to go on from. A mark is only as good as the time of day that it was made at: where that
 * is set, as on boards without a clock of their own once the network is there, the next hub would take the leap for time that has passed.
 */
export class ClockMarks {
  readonly #options: Required<ClockMarksOptions>;
  /** How far the time of day is ahead of the hub's clock, by the last mark. */
  #leadMs: number | undefined;

  constructor(options: ClockMarksOptions) {
    this.#options = { wallMs: Date.now, ...options };
    this.#leadMs = options.last && leadOf(options.last);
  }

  /** Keeps a mark. */
  mark(): void {
    const mark = this.#read();
    this.#leadMs = leadOf(mark);
    this.#options.keep(mark);
  }

  /** Keeps a mark if the last one is of another time of day. To be called every few seconds. */
  look(): void {
    if (this.#leadMs !== undefined) this.accompany();
  }

  /** Keeps a mark if there is none, or it is of another time of day. To be called with every change: it is not to be kept without one. */
  accompany(): void {
    const isGood = this.#leadMs !== undefined && Math.abs(leadOf(this.#read()) - this.#leadMs) <= LEAP_MS;
    if (!isGood) this.mark();
  }

  #read(): ClockMark {
    return { hubMs: this.#options.now(), wallMs: this.#options.wallMs() };
  }
}

function leadOf({ hubMs, wallMs }: ClockMark): number {
  return wallMs - hubMs;
}
