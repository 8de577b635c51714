import type { Clock } from './clock.ts';
import type { Now, Pin } from './pin.ts';

/** The parts of a board share this: its pins, and the calls that must surround every change of one. */
export interface PinHost {
  readonly clock: Clock;
  /** Indexed by GPIO number. */
  readonly pins: readonly Pin[];
  /** Call this before pins are changed. All changes that follow happen at the returned instant. */
  settle(): Now;
  /** Call this afterwards, for each pin. */
  changed(pin: Pin, now: Now): void;
}
