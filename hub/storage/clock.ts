import type { ClockMark } from './session-codec.ts';

/**
 * The hub's clock, in milliseconds: it begins with the time of day, and then only ever goes forward, whatever is done to the time of day.
 * One that goes on from a mark of an earlier run counts the time between the two as passed, by the time of day, which may have been
 * wrong: never less than none.
 */
export function createClock(
  mark?: ClockMark,
  wallMs: () => number = Date.now,
  monotonicMs: () => number = () => performance.now(),
): () => number {
  const startedAt = mark ? mark.hubMs + Math.max(0, wallMs() - mark.wallMs) : wallMs();
  const origin = monotonicMs();
  return () => startedAt + (monotonicMs() - origin);
}
