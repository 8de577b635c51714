/** The clock of the charts, milliseconds since 1970 as long as nobody sets the computer's clock. */
export interface Clock {
  /** Never goes back: a chart whose time did would stand still until it had caught up. */
  now(): number;
  /** The time of day, milliseconds since 1970, that a person's own clock shows for a time of this one. */
  dateOf(timeMs: number): number;
}

/** A clock that goes on without a step when the time of day is set back. A jump forward is followed: a computer that slept has one, too. */
export function createClock(read: () => number = Date.now): Clock {
  let aheadMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  return {
    now() {
      const timeMs = read();
      aheadMs = Math.max(aheadMs, lastMs - timeMs);
      lastMs = timeMs + aheadMs;
      return lastMs;
    },
    dateOf: (timeMs) => timeMs - aheadMs,
  };
}
