/** The smallest and the largest allowed value, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A duty cycle or another share, percent. */
export const PERCENT: Range = { min: 0, max: 100 };

/** How long a change of an LED's duty cycle may take, seconds. */
export const TRANSITION_SECONDS: Range = { min: 0, max: 60 };

/** The frequencies of a driver that supports any frequency, Hz. */
export const ANY_FREQUENCY_HZ: Range = { min: 1, max: 40_000 };

/** The angles of a hobby servo, degrees from the center. */
export const SERVO_DEGREES: Range = { min: -90, max: 90 };

/** The pulse widths that servos accept, microseconds. pigpio allows no others either. */
export const SERVO_PULSE_US: Range = { min: 500, max: 2500 };

/** How long the contact of a virtual button may bounce, milliseconds. */
export const BOUNCE_MS: Range = { min: 0, max: 100 };

/** The value in the range nearest to a number; never -0. The number must not be NaN. */
export function clamp({ min, max }: Range, value: number): number {
  return Math.min(max, Math.max(min, value)) + 0;
}
