/** The least and the greatest value allowed, both included. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** A duty cycle, percent. */
export const PERCENT: Range = { min: 0, max: 100 };

/** The value in the range that is nearest to a number; never -0. The number must not be NaN. */
export function clamp({ min, max }: Range, value: number): number {
  return Math.min(max, Math.max(min, value)) + 0;
}
