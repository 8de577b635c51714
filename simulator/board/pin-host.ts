import type { Clock } from './clock.ts';
import type { Now, Pin } from './pin.ts';

/** What the parts of a board share: its pins, and what has to be done around every change of one. */
export interface PinHost {
  readonly clock: Clock;
  /** By number. */
  readonly pins: readonly Pin[];
  /** To be called before pins are changed. All that follows happens at the instant returned. */
  settle(): Now;
  /** To be called after, for each pin. */
  changed(pin: Pin, now: Now): void;
}
