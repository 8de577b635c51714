/** A mark: a time of the hub's clock, and the time of day at that moment, milliseconds. */
export interface ClockMark {
  readonly hubMs: number;
  readonly wallMs: number;
}

/** If the time of day is earlier than this, the board's clock is not set yet. */
const FIRST_PLAUSIBLE_MS = Date.UTC(2025, 0, 1);

/**
 * The hub's clock, milliseconds. It starts with the time of day and only goes forward, even if the time of day is set back. A clock that
 * continues from the mark of an earlier run adds the time between the runs, measured by the time of day. It adds 0 if that is negative or the mark's
 * time of day is implausible.
 */
export function createClock(
  mark?: ClockMark,
  wallMs: () => number = Date.now,
  monotonicMs: () => number = () => performance.now(),
): () => number {
  const startedAt = mark ? mark.hubMs + passedSince(mark.wallMs, wallMs()) : wallMs();
  const origin = monotonicMs();
  return () => startedAt + (monotonicMs() - origin);
}

function passedSince(before: number, now: number): number {
  return before < FIRST_PLAUSIBLE_MS ? 0 : Math.max(0, now - before);
}

/** If the time of day changes by more than this, milliseconds, a mark is kept at once. */
const LEAP_MS = 60_000;

interface ClockMarksOptions {
  /** The hub's clock, milliseconds. */
  readonly now: () => number;
  /** The time of day, milliseconds since 1970. */
  readonly wallMs?: () => number;
  /** The mark from which the clock continued. */
  readonly last: ClockMark | undefined;
  /** Keeps a mark. */
  readonly keep: (mark: ClockMark) => void;
}

/**
 * Keeps marks of the hub's clock, from which the next hub continues. A mark is only as good as its time of day: a board without a battery sets
 * its clock when the network is there. With an old mark, the next hub would count that leap as time that has passed.
 */
export class ClockMarks {
  readonly #options: Required<ClockMarksOptions>;
  /** How far the time of day was ahead of the hub's clock at the last mark. */
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

  /** Keeps a mark if the time of day was set since the last one. Call it every few seconds. */
  look(): void {
    if (this.#leadMs !== undefined) this.accompany();
  }

  /** Keeps a mark if there is none or the time of day was set. Call it with every change, which must not be kept without a mark. */
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
