import { firstValueFrom } from 'rxjs';
import type { OutputPin, Pins, PwmPin, PwmState } from '../../devices/pins/pins.ts';
import { HubError } from '../../hub/core/error.ts';

/** What an output gives. */
export interface Light {
  /** Percent of each period for which the pin is high, 0–100. */
  readonly dutyPercent: number;
  /** Hz; 0 keeps the present frequency. */
  readonly frequencyHz: number;
}

/** What an output must be able to do: levels alone, or PWM. */
export type OutputNeed = 'level' | 'pwm';

/** A pin of a driver that the mirror has claimed as an output. */
export interface RealOutput {
  readonly use: 'output';
  /** Why it gives levels only; `undefined` if it gives PWM. */
  readonly whyNoPwm: HubError | undefined;
  /** Whether PWM can have any frequency, as hardware PWM of the kernel can. */
  readonly hasAnyFrequency: boolean;
  /** What the driver said after the last write; `undefined` before it, and for levels. */
  readonly state: PwmState | undefined;
  /** What the pin did when it was claimed. */
  initial(): Promise<Light>;
  /** Writes what differs from the last write. Rejects with the driver's error, or with `whyNoPwm`. */
  give(light: Light): Promise<void>;
  /** Gives the pin up. Its light stays. */
  release(): Promise<void>;
}

/** Claims a pin for PWM; for levels, if those are enough and it has no PWM. Rejects with the driver's error. */
export async function claimOutput(
  pins: Pins,
  { gpio, owner, need }: { readonly gpio: number; readonly owner: string; readonly need: OutputNeed },
): Promise<RealOutput> {
  try {
    return new RealPwm(await pins.pwm(gpio, owner));
  } catch (error) {
    const isLevelEnough = need === 'level' && error instanceof HubError && error.code === 'pin/unsupported';
    if (!isLevelEnough) throw error;
    return new RealLevel(await pins.output(gpio, owner), error);
  }
}

class RealPwm implements RealOutput {
  readonly use = 'output';
  readonly whyNoPwm = undefined;
  readonly #pin: PwmPin;
  /** The last output that the driver has confirmed. */
  #given: Partial<Light> = {};
  state: PwmState | undefined;

  constructor(pin: PwmPin) {
    this.#pin = pin;
  }

  get hasAnyFrequency(): boolean {
    return this.#pin.frequenciesHz.length === 0;
  }

  initial(): Promise<Light> {
    return firstValueFrom(this.#pin.state$);
  }

  /** Frequency first: it decides which steps of light there are, and keeps the present light. */
  async give({ dutyPercent, frequencyHz }: Light): Promise<void> {
    const given = this.#given;
    const hz = frequencyHz || given.frequencyHz;
    this.#given = {};
    if (hz !== undefined && hz !== given.frequencyHz) this.state = await this.#pin.setFrequency(hz);
    if (dutyPercent !== given.dutyPercent) this.state = await this.#pin.setDuty(dutyPercent);
    this.#given = { dutyPercent, ...(hz !== undefined && { frequencyHz: hz }) };
  }

  release(): Promise<void> {
    return this.#pin.release();
  }
}

class RealLevel implements RealOutput {
  readonly use = 'output';
  readonly whyNoPwm: HubError;
  readonly hasAnyFrequency = false;
  readonly state = undefined;
  readonly #pin: OutputPin;
  #given: number | undefined;

  constructor(pin: OutputPin, whyNoPwm: HubError) {
    this.#pin = pin;
    this.whyNoPwm = whyNoPwm;
  }

  async initial(): Promise<Light> {
    return { dutyPercent: (await firstValueFrom(this.#pin.level$)) * 100, frequencyHz: 0 };
  }

  async give({ dutyPercent }: Light): Promise<void> {
    if (dutyPercent === this.#given) return;
    if (dutyPercent !== 0 && dutyPercent !== 100) throw this.whyNoPwm;
    this.#given = undefined;
    await this.#pin.write(dutyPercent === 100 ? 1 : 0);
    this.#given = dutyPercent;
  }

  release(): Promise<void> {
    return this.#pin.release();
  }
}
