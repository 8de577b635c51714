const MINUTE_MS = 60_000;

/** Stretches between two ticks that a person counts in, minutes; from a day on they are whole days. */
const STEPS_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 7200, 10_080, 20_160];

/** A mark on an axis of time. */
export interface TimeTick {
  readonly timeMs: number;
  /** Whether a day begins with it, where the page is. */
  readonly isDay: boolean;
}

/** Round times, where the page is, within a span: at most about `count`, in order. */
export function timeTicks(fromMs: number, toMs: number, count: number): readonly TimeTick[] {
  const stepMinutes = STEPS_MINUTES.find((step) => (toMs - fromMs) / (step * MINUTE_MS) <= count) ?? 43_200;
  // By time: an hour that a clock leaves out is the one after it, too.
  const ticks = new Map<number, TimeTick>();
  for (let index = 0; ; index++) {
    const tick = tickAt(stepMinutes < 1440 ? fromMs : toMs, stepMinutes, index);
    if (stepMinutes < 1440 ? tick.timeMs > toMs : tick.timeMs < fromMs) break;
    if (tick.timeMs >= fromMs && tick.timeMs <= toMs) ticks.set(tick.timeMs, tick);
  }
  return [...ticks.values()].sort((one, other) => one.timeMs - other.timeMs);
}

/** Within days, steps from the midnight before; of days, steps back from the last midnight. A clock that changes in between is followed. */
function tickAt(timeMs: number, stepMinutes: number, index: number): TimeTick {
  const day = new Date(timeMs);
  const isWithinDay = stepMinutes < 1440;
  const date = isWithinDay
    ? new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, index * stepMinutes)
    : new Date(day.getFullYear(), day.getMonth(), day.getDate() - (index * stepMinutes) / 1440);
  return { timeMs: date.getTime(), isDay: date.getHours() === 0 && date.getMinutes() === 0 };
}
