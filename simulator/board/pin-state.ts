import type { Level, Pull } from '../../devices/pins/pins.ts';
import type { Mode } from './mode.ts';
import type { PinFunction } from './pin.ts';

/** What a pin gives at an instant, as an oscilloscope would draw it. */
export interface Waveform {
  /** Percent of each period for which it is high, after quantisation; 0 or 100 where it does not alternate. */
  readonly dutyPercent: number;
  /** As pigpio calls it, Hz, rounded; 0 where the pin is in no kind of PWM. */
  readonly frequencyHz: number;
  /** Exact, microseconds; 0 where it does not alternate. */
  readonly periodUs: number;
  readonly onUs: number;
  /** When the present period began, microseconds of the board's clock. */
  readonly startUs: number;
}

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
