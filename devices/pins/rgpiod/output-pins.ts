import { distinctUntilChanged, map, type Observable } from 'rxjs';
import type { Lease } from '../lease.ts';
import type { Level, OutputPin, PwmPin, PwmState } from '../pins.ts';
import { levelOf } from '../pwm-state.ts';
import type { OutputLine } from './output-line.ts';

/** A pin with software PWM, from a thread of rgpiod. */
export class RgpiodPwmPin implements PwmPin {
  readonly gpio: number;
  readonly frequenciesHz: readonly number[] = [];
  readonly state$: Observable<PwmState>;
  readonly #line: OutputLine;
  readonly #lease: Lease;

  constructor(line: OutputLine, lease: Lease) {
    this.gpio = line.gpio;
    this.state$ = line.state$;
    this.#line = line;
    this.#lease = lease;
  }

  async setDuty(dutyPercent: number): Promise<PwmState> {
    this.#lease.assertHeld();
    return this.#line.setDuty(dutyPercent);
  }

  async setFrequency(frequencyHz: number): Promise<PwmState> {
    this.#lease.assertHeld();
    return this.#line.setFrequency(frequencyHz);
  }

  release(): Promise<void> {
    return this.#lease.end();
  }
}

/** A pin whose level rgpiod holds. */
export class RgpiodOutputPin implements OutputPin {
  readonly gpio: number;
  readonly level$: Observable<Level>;
  readonly #line: OutputLine;
  readonly #lease: Lease;

  constructor(line: OutputLine, lease: Lease) {
    this.gpio = line.gpio;
    this.level$ = line.state$.pipe(map(levelOf), distinctUntilChanged());
    this.#line = line;
    this.#lease = lease;
  }

  async write(level: Level): Promise<Level> {
    this.#lease.assertHeld();
    return levelOf(await this.#line.write(level));
  }

  release(): Promise<void> {
    return this.#lease.end();
  }
}
