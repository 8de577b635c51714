import { type Observable, ReplaySubject } from 'rxjs';
import type { Edge, InputOptions, InputPin, Level, Pull } from '../pins.ts';
import { type Commander, type Report, runAll } from './commands.ts';

const INPUT = 0;

/** pigpio's numbers for the pull resistors. */
const PULLS: Readonly<Record<Pull, number>> = { none: 0, down: 1, up: 2 };

/** An input of pigpio, whose edges arrive as reports. */
export class PigpioInputPin implements InputPin {
  readonly gpio: number;
  readonly edges$: Observable<Edge>;
  readonly #options: InputOptions;
  readonly #release: (pin: PigpioInputPin) => Promise<void>;
  readonly #edges = new ReplaySubject<Edge>(1);
  #level: Level | undefined;

  constructor(gpio: number, options: InputOptions, release: (pin: PigpioInputPin) => Promise<void>) {
    this.gpio = gpio;
    this.edges$ = this.#edges.asObservable();
    this.#options = options;
    this.#release = release;
  }

  /** Configures the pin as an input with its resistor and filter. */
  async setUp(pigpio: Commander): Promise<void> {
    const { pull = 'none', steadyUs = 0 } = this.#options;
    const { gpio } = this;
    await runAll(pigpio, ['MODES', gpio, INPUT], ['PUD', gpio, PULLS[pull]], ['FG', gpio, steadyUs]);
  }

  /** Reads the current level. Call it after edge reports have started, so that no edge is missed. */
  async read(pigpio: Commander): Promise<void> {
    const [level = 0, tickUs = 0] = await runAll(pigpio, ['READ', this.gpio], ['TICK']);
    this.#note(level === 1 ? 1 : 0, tickUs);
  }

  noteReport({ levels, tickUs }: Report): void {
    this.#note((levels >>> this.gpio) & 1 ? 1 : 0, tickUs);
  }

  release(): Promise<void> {
    return this.#release(this);
  }

  /** A report contains the levels of all pins whenever one changes. */
  #note(level: Level, tickUs: number): void {
    if (level === this.#level) return;
    this.#level = level;
    this.#edges.next({ level, tickUs });
  }
}
