import { BehaviorSubject, distinctUntilChanged, ignoreElements, merge, type Observable } from 'rxjs';
import { Lease } from '../lease.ts';
import type { Level, OutputPin } from '../pins.ts';
import { levelOf } from '../pwm-state.ts';
import { type Commander, must } from './commands.ts';
import { readingCommands, readingOf } from './reading.ts';

/** What an output needs of its driver. */
export interface OutputDriver {
  /** Reads all outputs at intervals while it is observed. */
  readonly polls$: Observable<unknown>;
  /** Where commands go now. Throws `driver/unavailable`. */
  pigpio(): Commander;
  releaseOutput(gpio: number): void;
}

/** An output as its driver sees it: read at intervals, and set again if pigpio was away. */
export interface DrivenPin {
  readonly gpio: number;
  /** Takes the results of `readingCommands`. */
  noteReading(results: readonly number[]): void;
  /** Reads what the pin does, and sets again what was set before pigpio was away. */
  restore(pigpio: Commander): Promise<void>;
}

/** An output of pigpio that is only high or low. */
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

  /** The reading goes out with the write: a poll that was asked before it must not have the last word. */
  async #write(pigpio: Commander, level: Level): Promise<void> {
    const [, reading] = await Promise.all([
      must(pigpio, ['WRITE', this.gpio, level]),
      pigpio.ask(...readingCommands(this.gpio)),
    ]);
    this.#written = level;
    this.noteReading(reading);
  }
}
