import { HubError } from '../hub/core/error.ts';
import type { InputOptions, InputPin, OutputPin, Pins, PwmPin } from './pins/pins.ts';

type ClaimedPin = PwmPin | OutputPin | InputPin;

/** The pins that one device has claimed. They are released together. */
export class Claims {
  readonly #pins: Pins;
  readonly #owner: string;
  readonly #claimed: Promise<ClaimedPin>[] = [];
  readonly #gpios = new Set<number>();
  #isReleased = false;

  /** Errors name `owner` when others ask for one of the pins. */
  constructor(pins: Pins, owner: string) {
    this.#pins = pins;
    this.#owner = owner;
  }

  /** All pins that the device asked for, including those it did not get. */
  get gpios(): readonly number[] {
    return [...this.#gpios];
  }

  pwm(gpio: number): Promise<PwmPin> {
    return this.#keep(gpio, () => this.#pins.pwm(gpio, this.#owner));
  }

  output(gpio: number): Promise<OutputPin> {
    return this.#keep(gpio, () => this.#pins.output(gpio, this.#owner));
  }

  input(gpio: number, options?: InputOptions): Promise<InputPin> {
    return this.#keep(gpio, () => this.#pins.input(gpio, this.#owner, options));
  }

  /**
   * Releases all pins, including those still being claimed, and refuses further claims. Never rejects:
   * `onFailure` gets the error of each pin that could not be released.
   */
  async release(onFailure: (error: unknown) => void): Promise<void> {
    this.#isReleased = true;
    // A failed claim leaves nothing to release, and its caller got the error.
    const outcomes = await Promise.allSettled(this.#claimed);
    const pins = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const releases = pins.map(async (pin) => pin.release()); // A plug-in's driver may throw synchronously.
    await Promise.all(releases.map((release) => release.catch(onFailure)));
  }

  #keep<P extends ClaimedPin>(gpio: number, claim: () => Promise<P>): Promise<P> {
    if (this.#isReleased) return Promise.reject(new HubError('device/invalid', `${this.#owner} is closed`));
    this.#gpios.add(gpio);
    const claimed = claim();
    this.#claimed.push(claimed);
    return claimed;
  }
}
