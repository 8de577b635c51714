import type { Level, Pull } from '../../devices/pins/pins.ts';
import type { Mode } from './mode.ts';
import type { PinFunction } from './pin.ts';

/** All that there is to say about a pin at an instant. */
export interface PinState {
  readonly gpio: number;
  readonly mode: Mode;
  readonly pull: Pull;
  readonly function: PinFunction | 'wave';
  readonly dutyPercent: number;
  readonly frequencyHz: number;
  /** The steps of light between 0 and 100 %. */
  readonly steps: number;
  readonly level: Level;
  /** The width of servo pulses, microseconds; only with the function `servo`. */
  readonly pulseUs?: number;
}
