import type { PwmState } from '../pins.ts';

/** The frequencies that rgpiod supports, Hz. */
export const LIMITS_HZ = { min: 0.1, max: 10_000 } as const;

/** The parameters of rgpiod's PWM command. */
export interface PwmTiming {
  readonly milliHz: number;
  /** Thousandths of a percent, 0–100000. */
  readonly milliPercent: number;
}

/** The number of duty cycles that a command can distinguish. */
const MAX_STEPS = 100_000;

/** rgpiod's threads count whole microseconds, so a period is a whole number of them. */
const CLOCK_HZ = 1e6;

/** The nearest frequency within the limits, Hz. */
export function clampFrequency(frequencyHz: number): number {
  return Math.min(Math.max(frequencyHz, LIMITS_HZ.min), LIMITS_HZ.max);
}

/** The state of a pin with PWM. The frequency is reported as requested, because rgpiod's clock of 1 µs allows no closer one. */
export function stateOf(dutyPercent: number, frequencyHz: number): PwmState {
  const steps = Math.min(Math.round(CLOCK_HZ / frequencyHz), MAX_STEPS);
  return { dutyPercent: (100 * Math.round((dutyPercent * steps) / 100)) / steps, frequencyHz, steps };
}

/** The command parameters for a state. */
export function timingOf({ dutyPercent, frequencyHz }: PwmState): PwmTiming {
  return { milliHz: Math.round(frequencyHz * 1000), milliPercent: Math.round(dutyPercent * 1000) };
}
