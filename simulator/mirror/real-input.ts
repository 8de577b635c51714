import type { Subscription } from 'rxjs';
import type { InputOptions, InputPin, Level, Pins } from '../../devices/pins/pins.ts';
import { HubError } from '../../hub/core/error.ts';

interface InputClaim {
  readonly gpio: number;
  readonly owner: string;
  readonly options: Required<InputOptions>;
  /** Called with the current level, and then with every change, in order. */
  readonly onLevel: (level: Level) => void;
  /**
   * Called with the reason if no more levels arrive. A driver promises that this does not happen; a plug-in may break
   * the promise.
   */
  readonly onLost: (cause: unknown) => void;
  /** Aborts the wait for the first level. */
  readonly signal: AbortSignal;
}

/** A driver's pin that the mirror has claimed as an input. */
export class RealInput {
  readonly use = 'input';
  readonly options: Required<InputOptions>;
  readonly #pin: InputPin;
  readonly #subscription: Subscription;

  /** Resolves when the current level is known. Rejects with the driver's error. */
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

  /** Releases the pin and stops listening to its levels. */
  release(): Promise<void> {
    this.#subscription.unsubscribe();
    return this.#pin.release();
  }
}

/** Resolves when the current level has arrived. Rejects with `driver/unavailable` if the wait is aborted before. */
function listen(
  { edges$ }: InputPin,
  { onLevel, onLost, signal }: Pick<InputClaim, 'onLevel' | 'onLost' | 'signal'>,
): Promise<Subscription> {
  return new Promise((resolve, reject) => {
    let isKnown = false;
    const giveUp = () => {
      subscription.unsubscribe();
      reject(
        new HubError('driver/unavailable', 'the mirror was closed before the level of the pin was known'),
      );
    };
    const known = () => {
      isKnown = true;
      signal.removeEventListener('abort', giveUp);
      // The first level may arrive before `subscribe` returns.
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
