import { distinctUntilChanged, map, type Observable } from 'rxjs';
import type { Level, OutputPin, PwmPin } from '../pins.ts';
import { levelOf } from '../pwm-state.ts';

/** A high/low output, made from PWM of 0 or 100 %. */
export class PwmOutputPin implements OutputPin {
  readonly gpio: number;
  readonly level$: Observable<Level>;
  readonly #pin: PwmPin;

  constructor(pin: PwmPin) {
    this.gpio = pin.gpio;
    this.#pin = pin;
    this.level$ = pin.state$.pipe(map(levelOf), distinctUntilChanged());
  }

  async write(level: Level): Promise<Level> {
    return levelOf(await this.#pin.setDuty(level * 100));
  }

  release(): Promise<void> {
    return this.#pin.release();
  }
}
