import type { Observable } from 'rxjs';
import type { InputOptions, InputPin, PinsHealth, PwmPin } from '../pins.ts';

/** A way to the pins. Who owns which pin is decided before a source is asked. */
export interface PinSource {
  readonly health$: Observable<PinsHealth>;
  /** Whether it can drive this pin. */
  hasOutput(gpio: number): boolean;
  /** Rejects with `pin/in-use`, `driver/unavailable` or `driver/failed`. `onReleased` is called once. */
  output(gpio: number, onReleased: () => void): Promise<PwmPin>;
  /** Absent if it has no inputs. */
  input?(gpio: number, options: InputOptions, onReleased: () => void): Promise<InputPin>;
  close(): Promise<void>;
}
