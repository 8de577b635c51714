import { type Observable, of } from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import { Ownership } from '../ownership.ts';
import type { InputPin, OutputPin, Pins, PinsHealth, PwmPin } from '../pins.ts';
import { PwmOutputPin } from './output-pin.ts';
import { adviceFor, HEADER_GPIOS, type Pi } from './pi.ts';
import type { SysfsSource } from './sysfs-source.ts';

const CLOSED = 'the driver was closed';

/** The pins of a Raspberry Pi under Linux: outputs by the PWM of the kernel. */
export class LinuxPins implements Pins {
  readonly driver = 'linux';
  /** The kernel does not go away. */
  readonly health$: Observable<PinsHealth> = of({ status: 'online' });
  readonly #sysfs: SysfsSource;
  readonly #pi: Pi;
  readonly #ownership = new Ownership(HEADER_GPIOS);
  #isClosed = false;

  constructor(sysfs: SysfsSource, pi: Pi) {
    this.#sysfs = sysfs;
    this.#pi = pi;
  }

  pwm(gpio: number, owner: string): Promise<PwmPin> {
    return this.#claim(gpio, owner, (onReleased) => {
      if (!this.#sysfs.hasOutput(gpio)) throw this.#noOutput(gpio);
      return this.#sysfs.output(gpio, onReleased);
    });
  }

  /** By the same channels: the kernel gives a pin to one of its drivers, and that is PWM. */
  async output(gpio: number, owner: string): Promise<OutputPin> {
    return new PwmOutputPin(await this.pwm(gpio, owner));
  }

  /** Always rejects: the kernel's PWM has no inputs. */
  input(gpio: number, owner: string): Promise<InputPin> {
    return this.#claim(gpio, owner, () => Promise.reject(this.#noInput(gpio)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sysfs.close();
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

  #noInput(gpio: number): HubError {
    const advice = this.#pi.hasRp1
      ? 'on this Pi no other driver has inputs either'
      : 'install pigpiod, start it with "sudo pigpiod", and leave out --driver';
    return new HubError(
      'pin/unsupported',
      `GPIO ${gpio} cannot be an input: this driver has none; ${advice}`,
    );
  }
}
