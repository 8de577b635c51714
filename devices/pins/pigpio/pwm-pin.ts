import { BehaviorSubject, distinctUntilChanged, ignoreElements, merge, type Observable } from 'rxjs';
import { ActionQueue } from '../action-queue.ts';
import { Lease } from '../lease.ts';
import type { PwmPin, PwmState } from '../pins.ts';
import { assertDuty, assertFrequency, isSameState, UNDRIVEN } from '../pwm-state.ts';
import { type Command, type Commander, runAll } from './commands.ts';
import type { DrivenPin, OutputDriver } from './output-pin.ts';
import { readingCommands, readingOf } from './reading.ts';

/** The services that a PWM pin needs from its driver. */
export interface PwmPinDriver extends OutputDriver {
  readonly frequenciesHz: readonly number[];
}

/** The highest number that a command can carry. */
const MAX_WORD = 0xffff_ffff;

/** The largest range that pigpio accepts. Hardware PWM has more steps, but ends with the first write. */
const MAX_RANGE = 40_000;

/** The last setting: the requested duty, and the resulting state. */
interface Setting {
  readonly wantedPercent: number;
  readonly given: PwmState;
}

/** A PWM output of pigpio. Its range is kept equal to the real range, so that every step of light is available. */
export class PigpioPwmPin implements PwmPin, DrivenPin {
  readonly gpio: number;
  readonly state$: Observable<PwmState>;
  readonly #driver: PwmPinDriver;
  readonly #state = new BehaviorSubject<PwmState>(UNDRIVEN);
  #setting: Setting | undefined;
  /** Writes consist of several commands, so they run one after the other. */
  readonly #actions = new ActionQueue();
  readonly #lease: Lease;

  constructor(gpio: number, driver: PwmPinDriver) {
    this.gpio = gpio;
    this.#driver = driver;
    this.#lease = new Lease(gpio, () => driver.releaseOutput(gpio));
    const present$ = this.#state.pipe(distinctUntilChanged(isSameState));
    this.state$ = merge(present$, driver.polls$.pipe(ignoreElements()));
  }

  get frequenciesHz(): readonly number[] {
    return this.#driver.frequenciesHz;
  }

  setDuty(dutyPercent: number): Promise<PwmState> {
    return this.#actions.take(async () => {
      assertDuty(dutyPercent);
      const range = Math.min(this.#state.value.steps, MAX_RANGE);
      return this.#write(this.#pigpio(), dutyPercent, range);
    });
  }

  setFrequency(frequencyHz: number): Promise<PwmState> {
    return this.#actions.take(async () => {
      assertFrequency(frequencyHz);
      return this.#writeFrequency(this.#pigpio(), frequencyHz, this.#wantedPercent());
    });
  }

  release(): Promise<void> {
    return this.#lease.end();
  }

  /** Receives the results of `readingCommands`. */
  noteReading(results: readonly number[]): void {
    this.#state.next(readingOf(results));
  }

  /** Reads the pin's state, and applies the last setting again if there is one. */
  async restore(pigpio: Commander): Promise<void> {
    this.noteReading(await pigpio.ask(...readingCommands(this.gpio)));
    if (this.#setting === undefined) return;
    const { wantedPercent, given } = this.#setting;
    await this.#actions.take(() => this.#writeFrequency(pigpio, given.frequencyHz, wantedPercent));
  }

  #pigpio(): Commander {
    this.#lease.assertHeld();
    return this.#driver.pigpio();
  }

  /** The requested duty, because some frequencies have coarser steps; the actual one if another program has changed it. */
  #wantedPercent(): number {
    const { dutyPercent } = this.#state.value;
    return this.#setting?.given.dutyPercent === dutyPercent ? this.#setting.wantedPercent : dutyPercent;
  }

  async #writeFrequency(pigpio: Commander, frequencyHz: number, dutyPercent: number): Promise<PwmState> {
    const hertz = Math.round(Math.min(frequencyHz, MAX_WORD));
    const [, realRange = 0] = await runAll(pigpio, ['PFS', this.gpio, hertz], ['PRRG', this.gpio]);
    return this.#write(pigpio, dutyPercent, realRange);
  }

  async #write(pigpio: Commander, dutyPercent: number, range: number): Promise<PwmState> {
    const { gpio } = this;
    const steps = Math.round((dutyPercent * range) / 100);
    // With old daemons, a pin that was high without PWM stays high at a duty of 0.
    const fall: Command[] = steps === 0 && this.#state.value.frequencyHz === 0 ? [['WRITE', gpio, 0]] : [];
    const [[realRange = range], , reading] = await Promise.all([
      runAll(pigpio, ['PRS', gpio, range]),
      runAll(pigpio, ...fall, ['PWM', gpio, steps]),
      pigpio.ask(...readingCommands(gpio)),
    ]);
    // Another program changed the frequency meanwhile, and with it the number of steps.
    if (realRange !== range) return this.#write(pigpio, dutyPercent, realRange);
    this.noteReading(reading);
    this.#setting = { wantedPercent: dutyPercent, given: this.#state.value };
    return this.#setting.given;
  }
}
