import type { Subscription } from 'rxjs';
import type { InputOptions, InputPin, Level, Pins } from '../../devices/pins/pins.ts';

interface InputClaim {
  readonly gpio: number;
  readonly owner: string;
  readonly options: Required<InputOptions>;
  /** Hears the present level, and then every change, in order. */
  readonly onLevel: (level: Level) => void;
}

/** A pin of a driver that the mirror has claimed as an input. */
export class RealInput {
  readonly use = 'input';
  readonly options: Required<InputOptions>;
  readonly #pin: InputPin;
  readonly #subscription: Subscription;

  /** Resolves when the present level is known. Rejects with the driver's error. */
  static async claim(pins: Pins, { gpio, owner, options, onLevel }: InputClaim): Promise<RealInput> {
    const pin = await pins.input(gpio, owner, options);
    return new Promise((resolve) => {
      const known = () => resolve(input);
      const subscription = pin.edges$.subscribe({
        next({ level }) {
          onLevel(level);
          // The first level may come before `subscribe` returns.
          queueMicrotask(known);
        },
        complete: () => queueMicrotask(known),
      });
      const input = new RealInput(pin, options, subscription);
    });
  }

  private constructor(pin: InputPin, options: Required<InputOptions>, subscription: Subscription) {
    this.#pin = pin;
    this.options = options;
    this.#subscription = subscription;
  }

  has({ pull, steadyUs }: Required<InputOptions>): boolean {
    return this.options.pull === pull && this.options.steadyUs === steadyUs;
  }

  /** No level is heard any more from now on. */
  release(): Promise<void> {
    this.#subscription.unsubscribe();
    return this.#pin.release();
  }
}
