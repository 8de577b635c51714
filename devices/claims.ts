import { HubError } from '../hub/core/error.ts';
import type { InputOptions, InputPin, Pins, PwmPin } from './pins/pins.ts';

/** The pins that one device has claimed, to be given back together. */
export class Claims {
  readonly #pins: Pins;
  readonly #owner: string;
  readonly #claimed: Promise<PwmPin | InputPin>[] = [];
  #isReleased = false;

  /** `owner` stands in the message to whoever else asks for one of the pins. */
  constructor(pins: Pins, owner: string) {
    this.#pins = pins;
    this.#owner = owner;
  }

  pwm(gpio: number): Promise<PwmPin> {
    return this.#keep(() => this.#pins.pwm(gpio, this.#owner));
  }

  input(gpio: number, options?: InputOptions): Promise<InputPin> {
    return this.#keep(() => this.#pins.input(gpio, this.#owner, options));
  }

  /**
   * Gives all pins back, those too whose claim is still being dealt with; no more can be claimed. Never rejects: a
   * pin that cannot be given back is told to `onFailure`.
   */
  async release(onFailure: (error: unknown) => void): Promise<void> {
    this.#isReleased = true;
    // A claim that failed leaves nothing to give back, and whoever made it has heard of it.
    const outcomes = await Promise.allSettled(this.#claimed);
    const pins = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    await Promise.all(pins.map((pin) => pin.release().catch(onFailure)));
  }

  #keep<P extends PwmPin | InputPin>(claim: () => Promise<P>): Promise<P> {
    if (this.#isReleased) return Promise.reject(new HubError('device/invalid', `${this.#owner} is closed`));
    const claimed = claim();
    this.#claimed.push(claimed);
    return claimed;
  }
}
