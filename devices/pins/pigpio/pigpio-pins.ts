import {
  BehaviorSubject,
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  exhaustMap,
  interval,
  type Observable,
  share,
  tap,
} from 'rxjs';
import { HubError, toHubError } from '../../../hub/core/error.ts';
import { Ownership } from '../ownership.ts';
import type { InputOptions, InputPin, OutputPin, Pins, PinsHealth, PwmPin } from '../pins.ts';
import type { Commander, Report } from './commands.ts';
import { PigpioInputPin } from './input-pin.ts';
import { type DrivenPin, PigpioOutputPin } from './output-pin.ts';
import { PigpioPwmPin, type PwmPinDriver } from './pwm-pin.ts';
import { READING_LENGTH, readingCommands } from './reading.ts';
import type { OpenSession, Session } from './session.ts';
import { survey } from './survey.ts';

export interface PigpioPinsOptions {
  /** How often pins that somebody observes are read, for what other programs do, milliseconds. Default 250. */
  readonly pollMs?: number;
  /** The wait before the first attempt to find pigpio again, milliseconds; doubled with each, up to `maxRetryMs`. Default 100. */
  readonly retryMs?: number;
  /** Default 2000. */
  readonly maxRetryMs?: number;
}

const CLOSED = 'the driver was closed';

/** The pins of a board that pigpio has in hand, wherever it runs. */
export class PigpioPins implements Pins, PwmPinDriver {
  readonly driver: string;
  readonly health$: Observable<PinsHealth>;
  readonly polls$: Observable<unknown>;
  readonly #open: OpenSession;
  readonly #options: Required<PigpioPinsOptions>;
  readonly #health = new BehaviorSubject<PinsHealth>({ status: 'offline', reason: 'not connected yet' });
  readonly #ownership = new Ownership([]);
  #frequenciesHz: readonly number[] = [];
  readonly #outputs = new Map<number, DrivenPin>();
  readonly #inputs = new Map<number, PigpioInputPin>();
  #session: Session | undefined;
  #retryMs: number;
  #retryTimer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(driver: string, open: OpenSession, options: PigpioPinsOptions) {
    this.driver = driver;
    this.#open = open;
    this.#options = { pollMs: 250, retryMs: 100, maxRetryMs: 2000, ...options };
    this.#retryMs = this.#options.retryMs;
    // Every attempt that fails has its reason, but only the first is news.
    this.health$ = this.#health.pipe(distinctUntilChanged((one, other) => one.status === other.status));
    this.polls$ = interval(this.#options.pollMs).pipe(
      exhaustMap(() => this.#poll()),
      share(),
    );
  }

  get frequenciesHz(): readonly number[] {
    return this.#frequenciesHz;
  }

  /** Makes one attempt to find pigpio; if it fails, or pigpio is lost, more will follow until `close`. */
  async connect(): Promise<void> {
    try {
      const session = await this.#open((report) => this.#noteReport(report));
      void session.closed.then((reason) => this.#lose(reason));
      await this.#takeUp(session).catch((error) => session.close(toHubError(error).message));
    } catch (error) {
      this.#lose(toHubError(error).message);
    }
  }

  pigpio(): Commander {
    return this.#present();
  }

  pwm(gpio: number, owner: string): Promise<PwmPin> {
    return this.#claimOutput(new PigpioPwmPin(gpio, this), owner);
  }

  output(gpio: number, owner: string): Promise<OutputPin> {
    return this.#claimOutput(new PigpioOutputPin(gpio, this), owner);
  }

  async input(gpio: number, owner: string, options: InputOptions = {}): Promise<InputPin> {
    const session = this.#present();
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
    this.#isClosed = true;
    clearTimeout(this.#retryTimer);
    this.#session?.close(CLOSED);
    this.#lose(CLOSED);
  }

  #present(): Session {
    if (this.#session) return this.#session;
    const { value } = this.#health;
    throw new HubError('driver/unavailable', value.status === 'offline' ? value.reason : 'no connection');
  }

  /** Makes a new connection the present one, the board first brought to where the last one had left it. */
  async #takeUp(session: Session): Promise<void> {
    const { gpios, frequenciesHz } = await survey(session);
    this.#ownership.gpios = gpios;
    this.#frequenciesHz = frequenciesHz;
    await Promise.all([...this.#outputs.values()].map((pin) => pin.restore(session)));
    if (this.#inputs.size > 0) await this.#listen(session, [...this.#inputs.values()]);
    if (this.#isClosed) return session.close(CLOSED);
    this.#session = session;
    this.#retryMs = this.#options.retryMs;
    this.#health.next({ status: 'online' });
  }

  #lose(reason: string): void {
    this.#session = undefined;
    this.#health.next({ status: 'offline', reason });
    if (this.#isClosed) return;
    this.#retryTimer = setTimeout(() => this.connect(), this.#retryMs);
    this.#retryMs = Math.min(this.#retryMs * 2, this.#options.maxRetryMs);
  }

  async #claimOutput<P extends DrivenPin>(pin: P, owner: string): Promise<P> {
    const session = this.#present();
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
    // Released already, the pin may have another owner by now.
    if (this.#inputs.get(pin.gpio) !== pin) return;
    this.#forgetInput(pin.gpio);
    // Without a connection nothing is watched, so there is nothing to stop.
    await this.#session?.watch(this.#inputs.keys());
  }

  #forgetInput(gpio: number): void {
    this.#inputs.delete(gpio);
    this.#ownership.release(gpio);
  }

  #noteReport(report: Report): void {
    for (const pin of this.#inputs.values()) pin.noteReport(report);
  }

  /** One batch for all pins. A failure is no news: it has ended the connection, which `#lose` hears of. */
  #poll(): Observable<unknown> {
    const pins = [...this.#outputs.values()];
    if (!this.#session || pins.length === 0) return EMPTY;
    const commands = pins.flatMap(({ gpio }) => readingCommands(gpio));
    return defer(() => this.#present().ask(...commands)).pipe(
      tap((results) => {
        for (const [index, pin] of pins.entries()) {
          pin.noteReading(results.slice(index * READING_LENGTH, (index + 1) * READING_LENGTH));
        }
      }),
      catchError(() => EMPTY),
    );
  }
}
