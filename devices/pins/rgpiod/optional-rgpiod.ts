import { BehaviorSubject, first, type Observable, of, switchMap } from 'rxjs';
import type { RetryOptions } from '../kept-session.ts';
import type { PinSource } from '../pin-source.ts';
import type { InputOptions, InputPin, OutputPin, PinsHealth, PwmPin } from '../pins.ts';
import type { Address } from '../socket/dial.ts';
import { localOf } from './address.ts';
import { RgpiodSource } from './source.ts';

export interface OptionalRgpiodOptions extends RetryOptions {
  /** One at that port of this machine is looked for. Default: none. */
  readonly rgpiod?: Address;
}

/** Where there is none, that is no fault: `online`, until it is looked for. */
const NOT_MISSED: PinsHealth = { status: 'online' };

/** rgpiod on a machine that may have none. Until it has answered once it leads to no pin; from then on it is kept, and found again if it is lost. */
export class OptionalRgpiod implements PinSource {
  readonly health$: Observable<PinsHealth>;
  readonly #options: OptionalRgpiodOptions;
  /** The one that answers, or is looked for. */
  readonly #source = new BehaviorSubject<RgpiodSource | undefined>(undefined);
  #firstAttempt: Promise<void> | undefined;
  #hasAnswered = false;

  constructor(options: OptionalRgpiodOptions) {
    this.#options = options;
    this.health$ = this.#source.pipe(switchMap((source) => source?.health$ ?? of(NOT_MISSED)));
  }

  /** Asks for it once. */
  async look(): Promise<void> {
    if (await this.lookOn()) return;
    await this.close();
    this.#firstAttempt = undefined;
    this.#source.next(undefined);
  }

  /** Asks for it, and goes on until it answers. Resolves to whether it has. */
  async lookOn(): Promise<boolean> {
    this.#firstAttempt ??= this.#connect();
    await this.#firstAttempt;
    return this.#hasAnswered;
  }

  pwm(gpio: number, onReleased: () => void): Promise<PwmPin> | undefined {
    return this.#found?.pwm(gpio, onReleased);
  }

  output(gpio: number, onReleased: () => void): Promise<OutputPin> | undefined {
    return this.#found?.output(gpio, onReleased);
  }

  input(gpio: number, options: InputOptions, onReleased: () => void): Promise<InputPin> | undefined {
    return this.#found?.input(gpio, options, onReleased);
  }

  async close(): Promise<void> {
    await this.#source.value?.close();
  }

  get #found(): RgpiodSource | undefined {
    return this.#hasAnswered ? this.#source.value : undefined;
  }

  async #connect(): Promise<void> {
    const { rgpiod, ...options } = this.#options;
    if (!rgpiod) return;
    const source = new RgpiodSource(localOf(rgpiod), options);
    source.health$.pipe(first(({ status }) => status === 'online')).subscribe({
      next: () => {
        this.#hasAnswered = true;
      },
    });
    this.#source.next(source);
    await source.connect();
  }
}
