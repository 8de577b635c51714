import { firstValueFrom, map, type Observable, type Subscription } from 'rxjs';
import type { Level, OutputPin, Pins, PwmPin, PwmState } from '../../devices/pins/pins.ts';
import { HubError } from '../../hub/core/error.ts';
import { isSteady, type Light } from './light.ts';

/** The capability that an output needs: levels alone, or PWM. */
export type OutputNeed = 'level' | 'pwm';

/** A driver's pin that the mirror has claimed as an output. */
export interface RealOutput {
  readonly use: 'output';
  /** Why the pin only supports levels; `undefined` if it supports PWM. */
  readonly whyNoPwm: HubError | undefined;
  /** Whether PWM can have any frequency, like the kernel's hardware PWM. */
  readonly hasAnyFrequency: boolean;
  /** The frequency that resulted from the last write, Hz; `undefined` before the first one, and for levels. */
  readonly givenHz: number | undefined;
  /** The light that another program has set; `undefined` while the pin shows the result of the last write, and before the first one. */
  readonly override: Light | undefined;
  /** The light of the pin when it was claimed. */
  initial(): Promise<Light>;
  /** Whether a light is the last one that was written or accepted. */
  gives(light: Light): boolean;
  /** Writes the differences from the last write. Rejects with the driver's error, or with `whyNoPwm`. */
  give(light: Light): Promise<void>;
  /** Leaves the pin to the other program. The board's light counts as written until a new one is given. */
  accept(light: Light): void;
  /** Forces the next light to be written, even if it is the accepted one. */
  requestAgain(): void;
  /** Releases the pin. Its light does not change. */
  release(): Promise<void>;
}

interface OutputClaim {
  readonly gpio: number;
  readonly owner: string;
  readonly need: OutputNeed;
  readonly listener: OutputListener;
}

interface OutputListener {
  /** Called when there is an `override`. */
  readonly onOverride: () => void;
  /** Called with the reason if overrides can no longer be noticed. A driver promises that this does not happen; a plug-in may break the promise. */
  readonly onDeaf: (cause: unknown) => void;
}

/** Claims a pin for PWM, or for levels if they suffice and the pin has no PWM. Rejects with the driver's error. */
export async function claimOutput(
  pins: Pins,
  { gpio, owner, need, listener }: OutputClaim,
): Promise<RealOutput> {
  try {
    return new DrivenOutput(new PwmLight(await pins.pwm(gpio, owner)), listener);
  } catch (error) {
    const isLevelEnough = need === 'level' && error instanceof HubError && error.code === 'pin/unsupported';
    if (!isLevelEnough) throw error;
    return new DrivenOutput(new LevelLight(await pins.output(gpio, owner), error), listener);
  }
}

/** A driver's pin, seen as a light. */
interface LightPin {
  readonly whyNoPwm: HubError | undefined;
  readonly hasAnyFrequency: boolean;
  /** The light of the pin: at once, and at every change. */
  readonly light$: Observable<Light>;
  /** Writes the differences from `given`. Resolves to the resulting light, with a frequency of 0 if none was written. */
  write(light: Light, given: Partial<Light>): Promise<Light>;
  release(): Promise<void>;
}

class DrivenOutput implements RealOutput {
  readonly use = 'output';
  readonly #pin: LightPin;
  readonly #listener: OutputListener;
  readonly #following: Subscription;
  /** The last light that the driver has confirmed, as requested. */
  #given: Partial<Light> = {};
  /** The light that resulted from the last write, or the accepted light of another program. */
  #known: Light | undefined;
  #isAccepted = false;
  #present: Light | undefined;
  #isWriting = false;

  constructor(pin: LightPin, listener: OutputListener) {
    this.#pin = pin;
    this.#listener = listener;
    this.#following = pin.light$.subscribe({
      next: (light) => {
        this.#present = light;
        this.#report();
      },
      error: listener.onDeaf,
    });
  }

  get whyNoPwm(): HubError | undefined {
    return this.#pin.whyNoPwm;
  }

  get hasAnyFrequency(): boolean {
    return this.#pin.hasAnyFrequency;
  }

  get givenHz(): number | undefined {
    return this.#known?.frequencyHz || undefined;
  }

  get override(): Light | undefined {
    if (!this.#present || !this.#known || isSame(this.#present, this.#known)) return undefined;
    return this.#present;
  }

  initial(): Promise<Light> {
    return firstValueFrom(this.#pin.light$);
  }

  gives({ dutyPercent, frequencyHz }: Light): boolean {
    const given = this.#given;
    return dutyPercent === given.dutyPercent && (frequencyHz === 0 || frequencyHz === given.frequencyHz);
  }

  async give(light: Light): Promise<void> {
    if (this.gives(light)) return;
    if (this.#isAccepted) this.requestAgain();
    const given = this.#given;
    this.#given = {};
    this.#isWriting = true;
    try {
      const { dutyPercent, frequencyHz } = await this.#pin.write(light, given);
      this.#known = { dutyPercent, frequencyHz: frequencyHz || this.#known?.frequencyHz || 0 };
      this.#given = { ...light, frequencyHz: light.frequencyHz || given.frequencyHz || 0 };
    } finally {
      this.#isWriting = false;
      this.#report();
    }
  }

  accept(light: Light): void {
    this.#known = this.#present;
    this.#given = light;
    this.#isAccepted = true;
  }

  requestAgain(): void {
    if (this.#isAccepted) this.#given = {};
    this.#isAccepted = false;
  }

  release(): Promise<void> {
    this.#following.unsubscribe();
    return this.#pin.release();
  }

  /** Reports an override, but not during a write, when a reading may show an intermediate step. */
  #report(): void {
    if (!this.#isWriting && this.override) this.#listener.onOverride();
  }
}

/** A pin that is constantly high or low may have no frequency. */
function isSame(one: Light, other: Light): boolean {
  const areAlike = one.frequencyHz === other.frequencyHz || one.frequencyHz === 0 || other.frequencyHz === 0;
  return one.dutyPercent === other.dutyPercent && areAlike;
}

class PwmLight implements LightPin {
  readonly whyNoPwm = undefined;
  readonly light$: Observable<Light>;
  readonly #pin: PwmPin;

  constructor(pin: PwmPin) {
    this.light$ = pin.state$;
    this.#pin = pin;
  }

  get hasAnyFrequency(): boolean {
    return this.#pin.frequenciesHz.length === 0;
  }

  /** Set the frequency first: it determines the steps of light and keeps the present light, which another program may have set. */
  async write({ dutyPercent, frequencyHz }: Light, given: Partial<Light>): Promise<Light> {
    const isNewHz = frequencyHz !== 0 && frequencyHz !== given.frequencyHz;
    const kept = isNewHz ? await this.#pin.setFrequency(frequencyHz) : undefined;
    const isGiven = kept !== undefined && dutyPercent === given.dutyPercent && isNear(kept, dutyPercent);
    const state = isGiven ? kept : await this.#pin.setDuty(dutyPercent);
    return { dutyPercent: state.dutyPercent, frequencyHz: kept?.frequencyHz ?? 0 };
  }

  release(): Promise<void> {
    return this.#pin.release();
  }
}

/** Whether the duty cycle of a pin is as near as its steps allow. */
function isNear(state: PwmState, dutyPercent: number): boolean {
  return Math.abs(state.dutyPercent - dutyPercent) * state.steps <= 100;
}

class LevelLight implements LightPin {
  readonly whyNoPwm: HubError;
  readonly hasAnyFrequency = false;
  readonly light$: Observable<Light>;
  readonly #pin: OutputPin;

  constructor(pin: OutputPin, whyNoPwm: HubError) {
    this.light$ = pin.level$.pipe(map(lightOf));
    this.#pin = pin;
    this.whyNoPwm = whyNoPwm;
  }

  async write({ dutyPercent }: Light): Promise<Light> {
    if (!isSteady(dutyPercent)) throw this.whyNoPwm;
    return lightOf(await this.#pin.write(dutyPercent === 100 ? 1 : 0));
  }

  release(): Promise<void> {
    return this.#pin.release();
  }
}

function lightOf(level: Level): Light {
  return { dutyPercent: level * 100, frequencyHz: 0 };
}
