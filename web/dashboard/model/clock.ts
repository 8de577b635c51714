/** The clock of the charts, milliseconds since 1970 as long as nobody sets the computer's clock. */
export interface Clock {
  /** The current time, milliseconds. It never goes back: otherwise a chart would stand still until the time has caught up. */
  now(): number;
  /** Converts a time of this clock to the time of day that the person's own clock shows, milliseconds since 1970. */
  dateOf(timeMs: number): number;
}

/** Creates a clock that goes on without a step when the time of day is set back. It follows a jump forward, which also happens after the computer has slept. */
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
