import type { Level, PwmState } from './pins.ts';

/** The level that an output counts as having: high from a duty cycle of 50 %. */
export function levelOf({ dutyPercent }: PwmState): Level {
  return dutyPercent >= 50 ? 1 : 0;
}
