import type { Observable } from 'rxjs';
import { KeptSession, type RetryOptions } from '../kept-session.ts';
import { Lease } from '../lease.ts';
import type { PinSource } from '../pin-source.ts';
import type { InputOptions, InputPin, OutputPin, PinsHealth, PwmPin } from '../pins.ts';
import type { Address } from '../socket/dial.ts';
import { RgpiodInputPin } from './input-pin.ts';
import { OutputLine } from './output-line.ts';
import { RgpiodOutputPin, RgpiodPwmPin } from './output-pins.ts';
import type { EdgeReport } from './reports.ts';
import { RgpiodSession } from './session.ts';

/** All pins of a board through rgpiod: software PWM, levels, and inputs. */
export class RgpiodSource implements PinSource {
  readonly health$: Observable<PinsHealth>;
  readonly #kept: KeptSession<RgpiodSession>;
  /** Lines used as outputs. They stay held after their release, so that their light stays. */
  readonly #lines = new Map<number, OutputLine>();
  readonly #inputs = new Map<number, RgpiodInputPin>();

  constructor(address: Address, options: RetryOptions = {}) {
    this.#kept = new KeptSession<RgpiodSession>(
      {
        open: () => RgpiodSession.open(address, (report) => this.#noteReport(report)),
        takeUp: (session) => this.#takeUp(session),
      },
      options,
    );
    this.health$ = this.#kept.health$;
  }

  /** Tries once to find rgpiod. If that fails, or rgpiod is lost, it keeps trying until `close`. */
  connect(): Promise<void> {
    return this.#kept.connect();
  }

  async pwm(gpio: number, onReleased: () => void): Promise<PwmPin> {
    return new RgpiodPwmPin(await this.#prepareLine(gpio), new Lease(gpio, onReleased));
  }

  async output(gpio: number, onReleased: () => void): Promise<OutputPin> {
    return new RgpiodOutputPin(await this.#prepareLine(gpio), new Lease(gpio, onReleased));
  }

  async input(gpio: number, options: InputOptions, onReleased: () => void): Promise<InputPin> {
    const session = this.#kept.present();
    const lease = new Lease(gpio, async () => {
      try {
        await this.#freeInput(gpio);
      } finally {
        onReleased();
      }
    });
    const pin = new RgpiodInputPin(options, lease);
    this.#inputs.set(gpio, pin);
    this.#lines.delete(gpio); // For the input, rgpiod frees our output line, and ends its PWM.
    try {
      await pin.setUp(session);
    } catch (error) {
      // The line may have been claimed before a later request was refused. The first error has the reason.
      await this.#freeInput(gpio).catch(() => undefined);
      throw error;
    }
    return pin;
  }

  async close(): Promise<void> {
    const { session } = this.#kept;
    if (session) {
      const lines = [...this.#lines.values()];
      // If the session is lost meanwhile, its PWM has already ended.
      await Promise.allSettled(lines.map((line) => line.settle(session)));
    }
    this.#kept.close();
  }

  async #prepareLine(gpio: number): Promise<OutputLine> {
    const line = this.#lines.get(gpio) ?? new OutputLine(gpio, () => this.#kept.present());
    await line.prepare();
    this.#lines.set(gpio, line);
    return line;
  }

  /** Claims everything before it drives anything: a claim that fails ends the attempt early, so repeated attempts do not make lights blink. */
  async #takeUp(session: RgpiodSession): Promise<void> {
    const lines = [...this.#lines.values()];
    await Promise.all(lines.map((line) => line.claimAgain(session)));
    await Promise.all([...this.#inputs.values()].map((pin) => pin.setUp(session)));
    await Promise.all(lines.map((line) => line.driveAgain(session)));
  }

  async #freeInput(gpio: number): Promise<void> {
    this.#inputs.delete(gpio);
    // Without a session nothing is claimed, so there is nothing to free.
    const { session } = this.#kept;
    await session?.runAll(gpio, ['GSF', session.chip, gpio]);
  }

  #noteReport(report: EdgeReport): void {
    this.#inputs.get(report.gpio)?.noteReport(report);
  }
}
