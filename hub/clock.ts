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
