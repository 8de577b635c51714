import { type Chip, nearestClockHz, pwmRealRange } from './chip.ts';
import { constant, LOW, type Signal, Square } from './signal.ts';

/** The dutycycle of hardware PWM is a fraction of this. */
export const HARDWARE_RANGE = 1_000_000;

/** A channel of the PWM peripheral, or a clock: all pins switched to it give the same signal. */
export interface Channel {
  /** Its frequency, Hz; 0 while it is stopped. */
  readonly frequencyHz: number;
  /** 0–1 000 000. */
  readonly dutycycle: number;
  /** The number of steps in a period. */
  readonly realRange: number;
  readonly signal: Signal;
}

/** A stopped channel. */
export const STOPPED: Channel = { frequencyHz: 0, dutycycle: 0, realRange: 0, signal: LOW };

/** Hardware PWM at the frequency nearest to the requested one, Hz. */
export function pwmChannel(chip: Chip, frequencyHz: number, dutycycle: number): Channel {
  const realRange = pwmRealRange(chip, frequencyHz);
  const onSteps = Math.floor((dutycycle * realRange) / HARDWARE_RANGE);
  const stepUs = 2e6 / chip.plldHz;
  return {
    frequencyHz: Math.round(chip.plldHz / (2 * realRange)),
    dutycycle,
    realRange,
    signal: square(realRange * stepUs, onSteps / realRange),
  };
}

/** A hardware clock at the frequency nearest to the requested one, Hz. */
export function clockChannel(chip: Chip, frequencyHz: number): Channel {
  const hz = nearestClockHz(chip, frequencyHz);
  return {
    frequencyHz: hz,
    dutycycle: HARDWARE_RANGE / 2,
    realRange: HARDWARE_RANGE,
    signal: square(1e6 / hz, 0.5),
  };
}

function square(periodUs: number, share: number): Signal {
  if (share === 0 || share === 1) return constant(share);
  return new Square(periodUs, periodUs * share);
}
