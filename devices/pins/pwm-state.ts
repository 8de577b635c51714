import { HubError } from '../../hub/core/error.ts';
import type { Level, PwmState } from './pins.ts';

/** The default frequency, Hz, for a pin that gets a duty cycle before a frequency; pigpio has the same. */
export const DEFAULT_HZ = 800;

/** The state of a pin that nobody drives. */
export const UNDRIVEN: PwmState = { dutyPercent: 0, frequencyHz: 0, steps: 1 };

/** Throws `driver/failed` for an invalid duty cycle. */
export function assertDuty(dutyPercent: number): void {
  if (dutyPercent >= 0 && dutyPercent <= 100) return;
  throw new HubError('driver/failed', `duty cycle ${dutyPercent}; it must be 0–100 percent`);
}

/** Throws `driver/failed` for an invalid frequency. An unsupported one is fine: the driver uses the nearest. */
export function assertFrequency(frequencyHz: number): void {
  if (frequencyHz >= 0) return;
  throw new HubError('driver/failed', `frequency ${frequencyHz}; it must be 0 Hz or more`);
}

/** The level of an output: high from a duty cycle of 50 %. */
export function levelOf({ dutyPercent }: PwmState): Level {
  return dutyPercent >= 50 ? 1 : 0;
}

/** Whether two states are the same. */
export function isSameState(one: PwmState, other: PwmState): boolean {
  return (
    one.dutyPercent === other.dutyPercent &&
    one.frequencyHz === other.frequencyHz &&
    one.steps === other.steps
  );
}
