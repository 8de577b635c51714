const SECONDS = [1, 2, 5, 10, 15, 30];
const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 7200, 10_080, 20_160];

/** Stretches between two ticks that a person counts in, seconds; from a day on they are whole days. */
const STEPS = [...SECONDS, ...MINUTES.map((minutes) => minutes * 60)];

const DAY = 86_400;
const MONTH = 30 * DAY;

/** A clock that changes for summer changes by an hour, seconds. */
const CLOCK_CHANGE = 3600;

/** A mark on an axis of time. */
export interface TimeTick {
  readonly timeMs: number;
  /** Whether a day begins with it, where the page is. */
  readonly isDay: boolean;
}

/** Round times, where the page is, within a span: at most about `count`, in order. */
export function timeTicks(fromMs: number, toMs: number, count: number): readonly TimeTick[] {
  const step = STEPS.find((seconds) => (toMs - fromMs) / (seconds * 1000) <= count) ?? MONTH;
  const isWithinDay = step < DAY;
  // By time: an hour that a clock leaves out is the one after it, too.
  const ticks = new Map<number, TimeTick>();
  for (let index = isWithinDay ? firstIndex(fromMs, step) : 0; ; index++) {
    const tick = tickAt(isWithinDay ? fromMs : toMs, step, index);
    if (isWithinDay ? tick.timeMs > toMs : tick.timeMs < fromMs) break;
    if (tick.timeMs >= fromMs && tick.timeMs <= toMs) ticks.set(tick.timeMs, tick);
  }
  return [...ticks.values()].sort((one, other) => one.timeMs - other.timeMs);
}

/** A step that is not after a time, by the clock of its day, whether that has changed or not. */
function firstIndex(timeMs: number, step: number): number {
  const time = new Date(timeMs);
  const seconds = time.getHours() * 3600 + time.getMinutes() * 60 + time.getSeconds();
  return Math.max(0, Math.floor((seconds - CLOCK_CHANGE) / step));
}

/** Within days, steps from the midnight before; of days, steps back from the last midnight. A clock that changes in between is followed. */
function tickAt(timeMs: number, step: number, index: number): TimeTick {
  const day = new Date(timeMs);
  const date =
    step < DAY
      ? new Date(day.getFullYear(), day.getMonth(), day.getDate(), 0, 0, index * step)
      : new Date(day.getFullYear(), day.getMonth(), day.getDate() - (index * step) / DAY);
  return {
    timeMs: date.getTime(),
    isDay: date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0,
  };
}
