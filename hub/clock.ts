/** How long the hub has been running, all its runs together, and when that was. */
export interface ClockMark {
  readonly hubMs: number;
  readonly wallMs: number;
}

/** When this was written. An earlier time of day is that of a board which has not been told it yet. */
const FIRST_PLAUSIBLE_MS = Date.UTC(2025, 0, 1);

/**
 * The hub's clock, in milliseconds: it begins with the time of day, and then only ever goes forward, whatever is done to the time of day.
 * One that goes on from a mark of an earlier run counts the time between the two as passed, by the time of day: never less than none, and
 * none where one of the two cannot be right.
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

/** How far the time of day must have been moved to be noted at once, milliseconds. */
const LEAP_MS = 60_000;

interface ClockMarksOptions {
  /** The hub's clock, milliseconds. */
  readonly now: () => number;
  /** The time of day, milliseconds since 1970. */
  readonly wallMs?: () => number;
  /** The mark from which the clock goes on. */
  readonly last: ClockMark | undefined;
  /** Keeps a mark. */
  readonly keep: (mark: ClockMark) => void;
}

/**
 * Marks where the hub's clock is, for the next hub to go on from. A mark is only as good as its time of day: on a board without a battery the
 * time of day is set once the network is there, and the next hub would take that leap for time that has passed.
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

  /** Keeps a mark if the time of day was set since the last one. To be called every few seconds. */
  look(): void {
    if (this.#leadMs !== undefined) this.accompany();
  }

  /** Keeps a mark if there is none or the time of day was set. To be called with every change, which is never kept without a mark. */
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
