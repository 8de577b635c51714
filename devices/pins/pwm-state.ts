import { HubError } from '../../hub/core/error.ts';
import type { Level, PwmState } from './pins.ts';

/** The frequency of a pin that is given a duty cycle before it ever had a frequency, Hz: pigpio's. */
export const DEFAULT_HZ = 800;

/** What a pin counts as that nobody drives. */
export const UNDRIVEN: PwmState = { dutyPercent: 0, frequencyHz: 0, steps: 1 };

/** Throws `driver/failed` for a duty cycle that is none. */
export function assertDuty(dutyPercent: number): void {
  if (dutyPercent >= 0 && dutyPercent <= 100) return;
  throw new HubError('driver/failed', `duty cycle ${dutyPercent}; it must be 0–100 percent`);
}

/** Throws `driver/failed` for a frequency that is none. One that the driver cannot give is no fault: it gives the nearest. */
export function assertFrequency(frequencyHz: number): void {
  if (frequencyHz >= 0) return;
  throw new HubError('driver/failed', `frequency ${frequencyHz}; it must be 0 Hz or more`);
}

/** The level that an output counts as having: high from a duty cycle of 50 %. */
export function levelOf({ dutyPercent }: PwmState): Level {
  return dutyPercent >= 50 ? 1 : 0;
}

/** Whether a pin does the same in both. */
export function isSameState(one: PwmState, other: PwmState): boolean {
  return (
    one.dutyPercent === other.dutyPercent &&
    one.frequencyHz === other.frequencyHz &&
    one.steps === other.steps
  );
}
