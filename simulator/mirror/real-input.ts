import type { Subscription } from 'rxjs';
import type { InputOptions, InputPin, Level, Pins } from '../../devices/pins/pins.ts';
import { HubError } from '../../hub/core/error.ts';

interface InputClaim {
  readonly gpio: number;
  readonly owner: string;
  readonly options: Required<InputOptions>;
  /** Hears the present level, and then every change, in order. */
  readonly onLevel: (level: Level) => void;
  /** Hears why no more levels come. A driver promises that this does not happen; a plug-in's may break it. */
  readonly onLost: (cause: unknown) => void;
  /** Ends the wait for a first level. */
  readonly signal: AbortSignal;
}

/** A pin of a driver that the mirror has claimed as an input. */
export class RealInput {
  readonly use = 'input';
  readonly options: Required<InputOptions>;
  readonly #pin: InputPin;
  readonly #subscription: Subscription;

  /** Resolves when the present level is known. Rejects with the driver's error. */
  static async claim(pins: Pins, { gpio, owner, options, ...listener }: InputClaim): Promise<RealInput> {
    const pin = await pins.input(gpio, owner, options);
    try {
      return new RealInput(pin, options, await listen(pin, listener));
    } catch (error) {
      await pin.release();
      throw error;
    }
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

/** Resolves when the present level has been heard. Rejects with `driver/unavailable` if the wait is ended before. */
function listen(
  { edges$ }: InputPin,
  { onLevel, onLost, signal }: Pick<InputClaim, 'onLevel' | 'onLost' | 'signal'>,
): Promise<Subscription> {
  return new Promise((resolve, reject) => {
    let isKnown = false;
    const giveUp = () => {
      subscription.unsubscribe();
      reject(new HubError('driver/unavailable', 'the mirror was closed before the pin had told its level'));
    };
    const known = () => {
      isKnown = true;
      signal.removeEventListener('abort', giveUp);
      // The first level may come before `subscribe` returns.
      queueMicrotask(() => resolve(subscription));
    };
    const subscription = edges$.subscribe({
      next({ level }) {
        onLevel(level);
        known();
      },
      complete: known,
      error: (cause) => (isKnown ? onLost(cause) : reject(cause)),
    });
    if (isKnown) return;
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
  });
}
