const SECONDS = [1, 2, 5, 10, 15, 30];
const MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 4320, 7200, 10_080, 20_160];

/** Stretches between two ticks that a person counts in, seconds; from a day on they are whole days. */
const STEPS = [...SECONDS, ...MINUTES.map((minutes) => minutes * 60)];

const DAY = 86_400;
const MONTH = 30 * DAY;

/** A mark on an axis of time. */
export interface TimeTick {
  readonly timeMs: number;
  /** Whether a day begins with it, in the page's time zone. */
  readonly isDay: boolean;
}

/** Round times, in the page's time zone, within a span: at most about `count`, in order. */
export function timeTicks(fromMs: number, toMs: number, count: number): readonly TimeTick[] {
  const step = STEPS.find((seconds) => (toMs - fromMs) / (seconds * 1000) <= count) ?? MONTH;
  const times = step < DAY ? withinDays(fromMs, toMs, step * 1000) : wholeDays(fromMs, toMs, step / DAY);
  return times.map((timeMs) => ({ timeMs, isDay: isMidnight(new Date(timeMs)) }));
}

function withinDays(fromMs: number, toMs: number, stepMs: number): number[] {
  const times: number[] = [];
  for (let at = roundUp(fromMs, stepMs); at <= toMs; at = roundUp(at + 1, stepMs)) times.push(at);
  return times;
}

/** The first time from `timeMs` on that is a multiple of the step by the clock of its own moment: clocks change for summer. */
function roundUp(timeMs: number, stepMs: number): number {
  const byOffset = (offsetMs: number) => Math.ceil((timeMs + offsetMs) / stepMs) * stepMs - offsetMs;
  const at = byOffset(offsetAt(timeMs));
  const offsetMs = offsetAt(at);
  return Math.ceil((at + offsetMs) / stepMs) * stepMs === at + offsetMs ? at : byOffset(offsetMs);
}

/** How far the clock of the page is ahead of UTC, milliseconds. */
function offsetAt(timeMs: number): number {
  return -new Date(timeMs).getTimezoneOffset() * 60_000;
}

/** Midnights, counted back from the last one, since days are not equally long. */
function wholeDays(fromMs: number, toMs: number, stepDays: number): number[] {
  const last = new Date(toMs);
  const times: number[] = [];
  for (let days = 0; ; days += stepDays) {
    const at = new Date(last.getFullYear(), last.getMonth(), last.getDate() - days).getTime();
    if (at < fromMs) return times.reverse();
    times.push(at);
  }
}

function isMidnight(date: Date): boolean {
  return date.getHours() === 0 && date.getMinutes() === 0 && date.getSeconds() === 0;
}
