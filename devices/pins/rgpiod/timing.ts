import type { PwmState } from '../pins.ts';

/** What rgpiod gives, Hz. */
export const LIMITS_HZ = { min: 0.1, max: 10_000 } as const;

/** PWM as a command of rgpiod's has it. */
export interface PwmTiming {
  readonly milliHz: number;
  /** Thousandths of a percent, 0–100000. */
  readonly milliPercent: number;
}

/** A command cannot tell more duty cycles apart. */
const MAX_STEPS = 100_000;

/** rgpiod's threads count microseconds, so that a period has a whole number of them. */
const CLOCK_HZ = 1e6;

/** The nearest frequency within the limits, Hz. */
export function clampFrequency(frequencyHz: number): number {
  return Math.min(Math.max(frequencyHz, LIMITS_HZ.min), LIMITS_HZ.max);
}

/** The state of a pin with PWM: the frequency counts as given, since rgpiod comes no nearer than its clock of 1 µs allows. */
export function stateOf(dutyPercent: number, frequencyHz: number): PwmState {
  const steps = Math.min(Math.round(CLOCK_HZ / frequencyHz), MAX_STEPS);
  return { dutyPercent: (100 * Math.round((dutyPercent * steps) / 100)) / steps, frequencyHz, steps };
}

/** The command for a state. */
export function timingOf({ dutyPercent, frequencyHz }: PwmState): PwmTiming {
  return { milliHz: Math.round(frequencyHz * 1000), milliPercent: Math.round(dutyPercent * 1000) };
}
