import { HubError } from '../hub/core/error.ts';
import type { InputOptions, InputPin, OutputPin, Pins, PwmPin } from './pins/pins.ts';

type ClaimedPin = PwmPin | OutputPin | InputPin;

/** The pins that one device has claimed, to be given back together. */
export class Claims {
  readonly #pins: Pins;
  readonly #owner: string;
  readonly #claimed: Promise<ClaimedPin>[] = [];
  readonly #gpios = new Set<number>();
  #isReleased = false;

  /** `owner` is named in the error for others that ask for one of the pins. */
  constructor(pins: Pins, owner: string) {
    this.#pins = pins;
    this.#owner = owner;
  }

  /** All that were asked for, whether they could be had or not. */
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
   * Gives all pins back, also those whose claim is still under way; no more can be claimed. Never rejects:
   * `onFailure` gets the error of a pin that cannot be given back.
   */
  async release(onFailure: (error: unknown) => void): Promise<void> {
    this.#isReleased = true;
    // A claim that failed leaves nothing to give back, and its caller got the error.
    const outcomes = await Promise.allSettled(this.#claimed);
    const pins = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const releases = pins.map(async (pin) => pin.release()); // A driver of a plug-in may throw at once.
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
