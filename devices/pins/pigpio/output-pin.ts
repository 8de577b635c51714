import { BehaviorSubject, distinctUntilChanged, ignoreElements, merge, type Observable } from 'rxjs';
import { Lease } from '../lease.ts';
import type { Level, OutputPin } from '../pins.ts';
import { levelOf } from '../pwm-state.ts';
import { type Commander, runAll } from './commands.ts';
import { readingCommands, readingOf } from './reading.ts';

/** The services that an output needs from its driver. */
export interface OutputDriver {
  /** Reads all outputs at intervals while observed. */
  readonly polls$: Observable<unknown>;
  /** The pigpio that takes commands now. Throws `driver/unavailable`. */
  pigpio(): Commander;
  releaseOutput(gpio: number): void;
}

/** An output as its driver sees it: read at intervals, and set again after pigpio was away. */
export interface DrivenPin {
  readonly gpio: number;
  /** Receives the results of `readingCommands`. */
  noteReading(results: readonly number[]): void;
  /** Reads the pin's state, and applies the last setting again if there is one. */
  restore(pigpio: Commander): Promise<void>;
}

/** A high/low output of pigpio. */
export class PigpioOutputPin implements OutputPin, DrivenPin {
  readonly gpio: number;
  readonly level$: Observable<Level>;
  readonly #driver: OutputDriver;
  readonly #level = new BehaviorSubject<Level>(0);
  readonly #lease: Lease;
  #written: Level | undefined;

  constructor(gpio: number, driver: OutputDriver) {
    this.gpio = gpio;
    this.#driver = driver;
    this.#lease = new Lease(gpio, () => driver.releaseOutput(gpio));
    this.level$ = merge(this.#level.pipe(distinctUntilChanged()), driver.polls$.pipe(ignoreElements()));
  }

  async write(level: Level): Promise<Level> {
    this.#lease.assertHeld();
    await this.#write(this.#driver.pigpio(), level);
    return this.#level.value;
  }

  release(): Promise<void> {
    return this.#lease.end();
  }

  noteReading(results: readonly number[]): void {
    this.#level.next(levelOf(readingOf(results)));
  }

  async restore(pigpio: Commander): Promise<void> {
    if (this.#written === undefined) this.noteReading(await pigpio.ask(...readingCommands(this.gpio)));
    else await this.#write(pigpio, this.#written);
  }

  /** Requests the reading together with the write, so that the result of an earlier poll does not come last. */
  async #write(pigpio: Commander, level: Level): Promise<void> {
    const [, reading] = await Promise.all([
      runAll(pigpio, ['WRITE', this.gpio, level]),
      pigpio.ask(...readingCommands(this.gpio)),
    ]);
    this.#written = level;
    this.noteReading(reading);
  }
}
