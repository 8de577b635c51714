/** A square wave to be measured: times in milliseconds. */
export interface Wave {
  readonly onMs: number;
  readonly periodMs: number;
}

/** The waves of the lesson: 25, 50 and 90 %, each with a different period, so that the on time alone is not enough. */
export const WAVES: readonly Wave[] = [
  { onMs: 2, periodMs: 8 },
  { onMs: 5, periodMs: 10 },
  { onMs: 18, periodMs: 20 },
];

/** The duty cycle D = t_on / T, percent. */
export function dutyOf({ onMs, periodMs }: Wave): number {
  return (onMs / periodMs) * 100;
}

/** The error in a measurement; `right` if there is none. */
export type Verdict = 'right' | 'time-on' | 'period' | 'swapped' | 'off' | 'fraction' | 'duty';

export interface Measurement {
  readonly onMs: number;
  readonly periodMs: number;
  /** Percent. */
  readonly duty: number;
}

/** The tolerance for times: a cursor may stand between two steps. */
const TIME_TOLERANCE_MS = 0.26;
const DUTY_TOLERANCE = 2;

/** Judges a measurement, checking the times first: a duty cycle that is right by chance does not count. */
export function judge(wave: Wave, { onMs, periodMs, duty }: Measurement): Verdict {
  const isNear = (one: number, other: number) => Math.abs(one - other) <= TIME_TOLERANCE_MS;
  if (isNear(onMs, wave.periodMs) && isNear(periodMs, wave.onMs)) return 'swapped';
  if (!isNear(onMs, wave.onMs)) return isNear(onMs, wave.periodMs - wave.onMs) ? 'off' : 'time-on';
  if (!isNear(periodMs, wave.periodMs)) return 'period';
  return judgeDuty(dutyOf(wave), duty);
}

function judgeDuty(right: number, duty: number): Verdict {
  const isNear = (other: number) => Math.abs(duty - other) <= DUTY_TOLERANCE;
  if (isNear(right)) return 'right';
  if (Math.abs(duty - right / 100) < 0.005) return 'fraction';
  if (isNear(1e4 / right)) return 'swapped';
  return isNear(100 - right) ? 'off' : 'duty';
}
