import { HubError, toHubError } from '../../../hub/core/error.ts';
import { type Command, NOT_PERMITTED, type Report } from '../pigpio/commands.ts';
import type { Session } from '../pigpio/session.ts';
import type { AlertListener, LibraryGpio, PigpioLibrary } from './library.ts';

/** The GPIOs of the 40-pin header, which the daemon would allow to change. The library would allow all. */
const FIRST_GPIO = 2;
const LAST_GPIO = 27;

/** Commands allowed on any pin; all others need a pin that may be changed. */
const READS: readonly Command[0][] = ['MODEG', 'READ', 'TICK', 'PRG', 'PFG', 'PRRG', 'GDC', 'GPW'];

/** pigpio in this process, with the same interface as the daemon. */
export class LibrarySession implements Session {
  /** The library cannot be lost, only closed. */
  readonly closed: Promise<string>;
  readonly #library: PigpioLibrary;
  readonly #onReport: (report: Report) => void;
  readonly #gpios = new Map<number, LibraryGpio>();
  readonly #lit = new Set<LibraryGpio>();
  readonly #watched = new Map<number, AlertListener>();
  #resolveClosed: (reason: string) => void = () => {};

  constructor(library: PigpioLibrary, onReport: (report: Report) => void) {
    this.#library = library;
    this.#onReport = onReport;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  async ask(...commands: readonly Command[]): Promise<number[]> {
    return commands.map((command) => this.#answer(command));
  }

  async watch(gpios: Iterable<number>): Promise<void> {
    const wanted = new Set(gpios);
    for (const gpio of this.#watched.keys()) if (!wanted.has(gpio)) this.#unwatch(gpio);
    for (const gpio of wanted) if (!this.#watched.has(gpio)) this.#watch(gpio);
  }

  /** Drives all pins low that were ever written, and restores the signal handlers. If a step fails, it throws `driver/failed` after the last one. */
  close(reason: string): void {
    const steps = [
      ...[...this.#watched.keys()].map((gpio) => () => this.#unwatch(gpio)),
      ...[...this.#lit].map((gpio) => () => gpio.digitalWrite(0)),
      () => this.#library.terminate(),
    ];
    const failures = steps.flatMap(failureOf);
    this.#resolveClosed(reason);
    if (failures.length === 0) return;
    const messages = failures.map((failure) => toHubError(failure).message).join('; ');
    const cause = new AggregateError(failures);
    throw new HubError('driver/failed', `npm pigpio did not close cleanly: ${messages}`, { cause });
  }

  /** Answers like the daemon: the library throws errors that the daemon returns as negative numbers. */
  #answer(command: Command): number {
    const [name, number = 0] = command;
    const isPermitted = number >= FIRST_GPIO && number <= LAST_GPIO;
    if (!isPermitted && !READS.includes(name)) return NOT_PERMITTED;
    try {
      return this.#carryOut(command);
    } catch (cause) {
      const code = /pigpio error (-\d+)/.exec(toHubError(cause).message)?.[1];
      if (code !== undefined) return Number(code);
      throw new HubError('driver/failed', `${command.join(' ')} failed in npm pigpio`, { cause });
    }
  }

  #carryOut([name, number = 0, value = 0]: Command): number {
    const gpio = this.#gpio(number);
    switch (name) {
      case 'MODES':
        return done(gpio.mode(value));
      case 'MODEG':
        return gpio.getMode();
      case 'PUD':
        return done(gpio.pullUpDown(value));
      case 'READ':
        return gpio.digitalRead();
      case 'WRITE':
        return done(this.#light(gpio).digitalWrite(value));
      case 'PWM':
        return done(this.#light(gpio).pwmWrite(value));
      case 'PRS':
        gpio.pwmRange(value);
        return gpio.getPwmRealRange();
      case 'PFS':
        gpio.pwmFrequency(value);
        return gpio.getPwmFrequency();
      case 'TICK':
        return this.#library.getTick() >>> 0;
      case 'PRG':
        return gpio.getPwmRange();
      case 'PFG':
        return gpio.getPwmFrequency();
      case 'PRRG':
        return gpio.getPwmRealRange();
      case 'GDC':
        return gpio.getPwmDutyCycle();
      case 'GPW':
        return gpio.getServoPulseWidth();
      case 'FG':
        return done(gpio.glitchFilter(value));
    }
  }

  #gpio(number: number): LibraryGpio {
    const known = this.#gpios.get(number) ?? new this.#library.Gpio(number);
    this.#gpios.set(number, known);
    return known;
  }

  #light(gpio: LibraryGpio): LibraryGpio {
    this.#lit.add(gpio);
    return gpio;
  }

  #watch(number: number): void {
    const bank = new this.#library.GpioBank();
    const bit = 1 << number;
    const listener: AlertListener = (level, tickUs) => {
      const others = bank.read() & ~bit;
      this.#onReport({ tickUs: tickUs >>> 0, levels: (level === 1 ? others | bit : others) >>> 0 });
    };
    this.#watched.set(number, listener);
    const gpio = this.#gpio(number);
    gpio.on('alert', listener);
    gpio.enableAlert();
  }

  #unwatch(number: number): void {
    const listener = this.#watched.get(number);
    this.#watched.delete(number);
    const gpio = this.#gpio(number);
    if (listener) gpio.off('alert', listener);
    gpio.disableAlert();
  }
}

/** The error that an action throws, if any. */
function failureOf(action: () => unknown): unknown[] {
  try {
    action();
    return [];
  } catch (error) {
    return [error];
  }
}

/** The daemon's answer to a command without a result. */
function done(_: unknown): number {
  return 0;
}
