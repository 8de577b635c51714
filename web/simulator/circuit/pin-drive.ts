import { SERVO_PULSE_US } from '../../../devices/facts/range.ts';
import type { Pull } from '../../../devices/pins/pins.ts';
import { pullAtBoot } from '../../../simulator/board/pull-at-boot.ts';
import { highShare, type PinState } from '../model/pin-state.ts';
import { type Drive, OUTPUT_OHMS, PULL_OHMS } from './electrics.ts';
import type { Wave } from './reading.ts';
import { SUPPLY_VOLTS } from './supply.ts';

/** The known pin states, by BCM number. A pin without an entry has never been used. */
export type PinStates = ReadonlyMap<number, PinState>;

const HIGH_VOLTS = SUPPLY_VOLTS['3v3'];

/** Whether a pin drives its net. A pin that was never used is an input. */
export function isOutput(state: PinState | undefined): state is PinState {
  return state !== undefined && state.mode !== 'input';
}

/** The drive of an output at a level. */
export function outputDrive(level: 0 | 1): Drive {
  return { volts: level * HIGH_VOLTS, ohms: OUTPUT_OHMS };
}

/** The drive of an input's own pull; `undefined` without a pull. If the board does not report the pull, it is the default one. */
export function pullDrive(gpio: number, state: PinState | undefined): Drive | undefined {
  const pull = pullOf(gpio, state);
  return pull === 'none' ? undefined : { volts: pull === 'up' ? HIGH_VOLTS : 0, ohms: PULL_OHMS };
}

/** The pull of an input, as reported by the board, or the default one. */
export function pullOf(gpio: number, state: PinState | undefined): Pull {
  return state?.pull ?? pullAtBoot(gpio);
}

/** The share of time for which an output is high, 0–1. */
export function shareOf(state: PinState): number {
  return Math.min(1, Math.max(0, highShare(state)));
}

/** The signal of an alternating output; `undefined` for any other pin. */
export function waveOf(gpio: number, state: PinState | undefined): Wave | undefined {
  if (!isOutput(state)) return undefined;
  const share = shareOf(state);
  const frequencyHz = state.pulseUs > 0 ? SERVO_HZ : state.frequencyHz;
  if (share <= 0 || share >= 1 || frequencyHz <= 0) return undefined;
  return { gpio, frequencyHz, pulseUs: pulseOf((share / frequencyHz) * 1e6, frequencyHz) };
}

/** The repetition rate of pigpio's servo pulses, Hz. */
const SERVO_HZ = 50;

/** The highest pulse rate that digital servos accept, Hz. */
const MOST_SERVO_HZ = 333;

/** A PWM signal also works as servo pulses. */
function pulseOf(highUs: number, frequencyHz: number): number {
  const { min, max } = SERVO_PULSE_US;
  return frequencyHz <= MOST_SERVO_HZ && highUs >= min && highUs <= max ? highUs : 0;
}
