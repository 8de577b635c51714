import type { PwmState } from '../pins.ts';
import type { Command } from './commands.ts';

/** pigpio's servo pulses come at 50 Hz. */
const SERVO_HZ = 50;

/** The mode of an output, which drives its own level. */
const OUTPUT = 1;

/** The commands that read a pin's state, whichever program set it. Pass their results to `readingOf`. */
export function readingCommands(gpio: number): Command[] {
  return [
    ['GDC', gpio],
    ['PRG', gpio],
    ['PFG', gpio],
    ['PRRG', gpio],
    ['GPW', gpio],
    ['MODEG', gpio],
    ['READ', gpio],
  ];
}

/** The number of results in a reading. */
export const READING_LENGTH = readingCommands(0).length;

/** The pin's state, from the results of `readingCommands`. */
export function readingOf(results: readonly number[]): PwmState {
  const [duty = 0, range = 1, frequencyHz = 0, steps = 1, pulseUs = 0, mode = 0, level = 0] = results;
  // An error means that the pin is not in that mode.
  if (duty >= 0) return { dutyPercent: Math.min(100, (100 * duty) / range), frequencyHz, steps };
  if (pulseUs > 0) return { dutyPercent: (pulseUs * SERVO_HZ) / 10_000, frequencyHz: SERVO_HZ, steps };
  return { dutyPercent: mode === OUTPUT ? 100 * level : 0, frequencyHz: 0, steps };
}
