import type { Observable } from 'rxjs';
import type { InputOptions, InputPin, OutputPin, PinsHealth, PwmPin } from './pins.ts';

/**
 * One way to reach pins. Each method resolves to the pin, or is, returns or resolves to `undefined` if this way does not lead to that pin; it rejects
 * with `pin/in-use`, `driver/unavailable` or `driver/failed` if it does, and yet the pin cannot be had. `onReleased` is called once.
 * Who owns which pin within this hub is none of its business.
 */
export interface PinSource {
  /** `online` or `offline` at once, then each change. */
  readonly health$: Observable<PinsHealth>;
  /** The same for one pin, where pins come and go by themselves. Without it `health$` holds for every pin. */
  healthOf?(gpio: number): Observable<PinsHealth>;
  pwm?(gpio: number, onReleased: () => void): Promise<PwmPin | undefined> | undefined;
  output?(gpio: number, onReleased: () => void): Promise<OutputPin | undefined> | undefined;
  input?(gpio: number, options: InputOptions, onReleased: () => void): Promise<InputPin> | undefined;
  /** Never rejects. */
  close(): Promise<void>;
}
