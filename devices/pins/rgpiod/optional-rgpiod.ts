import { BehaviorSubject, first, type Observable, of, switchMap } from 'rxjs';
import type { RetryOptions } from '../kept-session.ts';
import type { PinSource } from '../pin-source.ts';
import type { InputOptions, InputPin, OutputPin, PinsHealth, PwmPin } from '../pins.ts';
import type { Address } from '../socket/dial.ts';
import { localOf } from './address.ts';
import { RgpiodSource } from './source.ts';

export interface OptionalRgpiodOptions extends RetryOptions {
  /** Only rgpiod's port matters: it is looked for on this machine. Default: do not look. */
  readonly rgpiod?: Address;
}

/** A missing rgpiod is not a fault: the status is `online` until a pin needs it. */
const NOT_MISSED: PinsHealth = { status: 'online' };

/** An rgpiod that may be absent. Until its first answer it provides no pins; after that it is reconnected whenever it is lost. */
export class OptionalRgpiod implements PinSource {
  readonly health$: Observable<PinsHealth>;
  readonly #options: OptionalRgpiodOptions;
  /** The rgpiod that answers or is being looked for. */
  readonly #source = new BehaviorSubject<RgpiodSource | undefined>(undefined);
  #firstAttempt: Promise<void> | undefined;
  #hasAnswered = false;

  constructor(options: OptionalRgpiodOptions) {
    this.#options = options;
    this.health$ = this.#source.pipe(switchMap((source) => source?.health$ ?? of(NOT_MISSED)));
  }

  /** Tries to connect once. */
  async look(): Promise<void> {
    if (await this.lookOn()) return;
    await this.close();
    this.#firstAttempt = undefined;
    this.#source.next(undefined);
  }

  /** Tries to connect, and keeps trying until rgpiod answers. Resolves after the first attempt to whether it has answered. */
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
