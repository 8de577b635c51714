import { PERCENT, type Range } from '../../../devices/facts/range.ts';

/** What a number means, for those who draw it. */
export interface Measure {
  /** `%`, `°C`; empty if it has none. */
  readonly unit: string;
  /** All that it can be, if that is known. */
  readonly range: Range | undefined;
  /** How many digits after the decimal mark are worth reading, 0–3. */
  readonly digits: number;
  /** Whether somebody can want a value, or it can only be read. */
  readonly isSettable: boolean;
}

export const DUTY_CYCLE: Measure = { unit: '%', range: PERCENT, digits: 1, isSettable: true };

/** The digits that a step needs: 2 for 0.25. Without a step, two. */
export function digitsOf(step: number | undefined): number {
  const digits = [0, 1, 2, 3].find((count) => step !== undefined && Number(step.toFixed(count)) === step);
  return digits ?? (step === undefined ? 2 : 3);
}
