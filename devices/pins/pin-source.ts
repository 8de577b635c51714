import type { Observable } from 'rxjs';
import type { InputOptions, InputPin, OutputPin, PinsHealth, PwmPin } from './pins.ts';

/**
 * One way to reach pins. Each method resolves to the pin. It is absent, or returns or resolves to `undefined`, if this way does not lead to that pin.
 * It rejects with `pin/in-use`, `driver/unavailable` or `driver/failed` if this way leads to the pin but cannot get it. `onReleased` is called once.
 * A source does not track which device owns which pin.
 */
export interface PinSource {
  /** `online` or `offline` on subscription, then each change. */
  readonly health$: Observable<PinsHealth>;
  /** The same for one pin, if pins come and go individually. Without it `health$` applies to every pin. */
  healthOf?(gpio: number): Observable<PinsHealth>;
  pwm?(gpio: number, onReleased: () => void): Promise<PwmPin | undefined> | undefined;
  output?(gpio: number, onReleased: () => void): Promise<OutputPin | undefined> | undefined;
  input?(gpio: number, options: InputOptions, onReleased: () => void): Promise<InputPin> | undefined;
  /** Never rejects. */
  close(): Promise<void>;
}
