import type { Level, Pull } from '../../devices/pins/pins.ts';
import type { Mode } from './mode.ts';
import type { PinFunction } from './pin.ts';

/** The full state of a pin at an instant. */
export interface PinState {
  readonly gpio: number;
  readonly mode: Mode;
  readonly pull: Pull;
  readonly function: PinFunction | 'wave';
  readonly dutyPercent: number;
  readonly frequencyHz: number;
  /** The number of brightness steps between 0 and 100 %. */
  readonly steps: number;
  readonly level: Level;
  /** The width of servo pulses, microseconds; only if the function is `servo`. */
  readonly pulseUs?: number;
}
