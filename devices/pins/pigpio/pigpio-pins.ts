import {
  asyncScheduler,
  catchError,
  defer,
  EMPTY,
  exhaustMap,
  interval,
  type Observable,
  share,
  tap,
} from 'rxjs';
import { KeptSession, type RetryOptions } from '../kept-session.ts';
import { Ownership } from '../ownership.ts';
import type { InputOptions, InputPin, OutputPin, Pins, PinsHealth, PwmPin } from '../pins.ts';
import type { Commander, Report } from './commands.ts';
import { PigpioInputPin } from './input-pin.ts';
import { type DrivenPin, PigpioOutputPin } from './output-pin.ts';
import { PigpioPwmPin, type PwmPinDriver } from './pwm-pin.ts';
import { READING_LENGTH, readingCommands } from './reading.ts';
import type { OpenSession, Session } from './session.ts';
import { survey } from './survey.ts';

export interface PigpioPinsOptions extends RetryOptions {
  /** How often observed pins are read to notice changes by other programs, milliseconds. Default 250. */
  readonly pollMs?: number;
}

/** The pins of a board that pigpio controls, wherever pigpio runs. */
export class PigpioPins implements Pins, PwmPinDriver {
  readonly driver: string;
  readonly health$: Observable<PinsHealth>;
  readonly polls$: Observable<unknown>;
  readonly #kept: KeptSession<Session>;
  readonly #ownership = new Ownership([]);
  #frequenciesHz: readonly number[] = [];
  readonly #outputs = new Map<number, DrivenPin>();
  readonly #inputs = new Map<number, PigpioInputPin>();

  constructor(driver: string, open: OpenSession, options: PigpioPinsOptions) {
    const { pollMs = 250, scheduler = asyncScheduler } = options;
    this.driver = driver;
    this.#kept = new KeptSession<Session>(
      {
        open: () => open((report) => this.#noteReport(report)),
        takeUp: (session) => this.#takeUp(session),
      },
      options,
    );
    this.health$ = this.#kept.health$;
    this.polls$ = interval(pollMs, scheduler).pipe(
      exhaustMap(() => this.#poll()),
      share(),
    );
  }

  /** Unknown until pigpio has been found. */
  get gpios(): readonly number[] | undefined {
    const { gpios } = this.#ownership;
    return gpios.length === 0 ? undefined : gpios;
  }

  get frequenciesHz(): readonly number[] {
    return this.#frequenciesHz;
  }

  /** Tries once to find pigpio. If that fails, or pigpio is lost, it keeps trying until `close`. */
  connect(): Promise<void> {
    return this.#kept.connect();
  }

  pigpio(): Commander {
    return this.#kept.present();
  }

  pwm(gpio: number, owner: string): Promise<PwmPin> {
    return this.#claimOutput(new PigpioPwmPin(gpio, this), owner);
  }

  output(gpio: number, owner: string): Promise<OutputPin> {
    return this.#claimOutput(new PigpioOutputPin(gpio, this), owner);
  }

  async input(gpio: number, owner: string, options: InputOptions = {}): Promise<InputPin> {
    const session = this.#kept.present();
    this.#ownership.claim(gpio, owner);
    const pin = new PigpioInputPin(gpio, options, (released) => this.#releaseInput(released));
    this.#inputs.set(gpio, pin);
    try {
      await this.#listen(session, [pin]);
    } catch (error) {
      this.#forgetInput(gpio);
      throw error;
    }
    return pin;
  }

  releaseOutput(gpio: number): void {
    this.#outputs.delete(gpio);
    this.#ownership.release(gpio);
  }

  async close(): Promise<void> {
    this.#kept.close();
  }

  /** Restores the state that the board had in the last session. */
  async #takeUp(session: Session): Promise<void> {
    const { gpios, frequenciesHz } = await survey(session);
    this.#ownership.gpios = gpios;
    this.#frequenciesHz = frequenciesHz;
    await Promise.all([...this.#outputs.values()].map((pin) => pin.restore(session)));
    if (this.#inputs.size > 0) await this.#listen(session, [...this.#inputs.values()]);
  }

  async #claimOutput<P extends DrivenPin>(pin: P, owner: string): Promise<P> {
    const session = this.#kept.present();
    const { gpio } = pin;
    this.#ownership.claim(gpio, owner);
    try {
      await pin.restore(session);
    } catch (error) {
      this.#ownership.release(gpio);
      throw error;
    }
    this.#outputs.set(gpio, pin);
    return pin;
  }

  async #listen(session: Session, pins: readonly PigpioInputPin[]): Promise<void> {
    await Promise.all(pins.map((pin) => pin.setUp(session)));
    await session.watch(this.#inputs.keys());
    await Promise.all(pins.map((pin) => pin.read(session)));
  }

  async #releaseInput(pin: PigpioInputPin): Promise<void> {
    // If this pin is already released, its GPIO may have another owner by now.
    if (this.#inputs.get(pin.gpio) !== pin) return;
    this.#forgetInput(pin.gpio);
    // Without a connection nothing is watched, so there is nothing to stop.
    await this.#kept.session?.watch(this.#inputs.keys());
  }

  #forgetInput(gpio: number): void {
    this.#inputs.delete(gpio);
    this.#ownership.release(gpio);
  }

  #noteReport(report: Report): void {
    for (const pin of this.#inputs.values()) pin.noteReport(report);
  }

  /** Reads all pins in one batch. A failure needs no report: it has ended the session, which `health$` shows. */
  #poll(): Observable<unknown> {
    const pins = [...this.#outputs.values()];
    if (!this.#kept.session || pins.length === 0) return EMPTY;
    const commands = pins.flatMap(({ gpio }) => readingCommands(gpio));
    return defer(() => this.#kept.present().ask(...commands)).pipe(
      tap((results) => {
        for (const [index, pin] of pins.entries()) {
          pin.noteReading(results.slice(index * READING_LENGTH, (index + 1) * READING_LENGTH));
        }
      }),
      catchError(() => EMPTY),
    );
  }
}
