import { combineLatest, distinctUntilChanged, map, type Observable } from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import { Ownership } from '../ownership.ts';
import type { InputOptions, InputPin, Pins, PinsHealth, PwmPin } from '../pins.ts';
import { adviceFor, HEADER_GPIOS, type Pi } from './pi.ts';
import type { PinSource } from './source.ts';

/** Where to get the daemon that has inputs, and outputs without a PWM channel. */
export const RGPIOD_ADVICE =
  '"sudo apt install rgpiod" on Raspberry Pi OS or Ubuntu, then "rgpiod &" starts one';

const CLOSED = 'the driver was closed';

/** The pins of a Raspberry Pi under Linux; each pin comes from the first source that has it. */
export class LinuxPins implements Pins {
  readonly driver: string;
  readonly health$: Observable<PinsHealth>;
  readonly #sources: readonly PinSource[];
  readonly #pi: Pi;
  readonly #ownership = new Ownership(HEADER_GPIOS);
  #isClosed = false;

  constructor(driver: string, sources: readonly PinSource[], pi: Pi) {
    this.driver = driver;
    this.#sources = sources;
    this.#pi = pi;
    this.health$ = combineLatest(sources.map(({ health$ }) => health$)).pipe(
      map((all): PinsHealth => all.find(({ status }) => status === 'offline') ?? { status: 'online' }),
      distinctUntilChanged((one, other) => one.status === other.status),
    );
  }

  pwm(gpio: number, owner: string): Promise<PwmPin> {
    return this.#claim(gpio, owner, (onReleased) => {
      const source = this.#sources.find((each) => each.hasOutput(gpio));
      if (!source) throw this.#noOutput(gpio);
      return source.output(gpio, onReleased);
    });
  }

  input(gpio: number, owner: string, options: InputOptions = {}): Promise<InputPin> {
    return this.#claim(gpio, owner, (onReleased) => {
      const source = this.#sources.find((each) => each.input !== undefined);
      const pin = source?.input?.(gpio, options, onReleased);
      if (!pin)
        throw new HubError('driver/unavailable', `inputs need rgpiod, and none answers; ${RGPIOD_ADVICE}`);
      return pin;
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#sources.map((source) => source.close()));
  }

  async #claim<T>(gpio: number, owner: string, open: (onReleased: () => void) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new HubError('driver/unavailable', CLOSED);
    this.#ownership.claim(gpio, owner);
    try {
      return await open(() => this.#ownership.release(gpio));
    } catch (error) {
      this.#ownership.release(gpio);
      throw error;
    }
  }

  #noOutput(gpio: number): HubError {
    const what = `GPIO ${gpio} has no PWM channel on this ${this.#pi.model}`;
    return new HubError('pin/unsupported', `${what}; ${adviceFor(gpio, this.#pi)}`);
  }
}
