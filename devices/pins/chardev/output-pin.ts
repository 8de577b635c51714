import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import { HubError } from '../../../hub/core/error.ts';
import type { Lease } from '../lease.ts';
import type { Level, OutputPin } from '../pins.ts';
import { type HeaderChip, type Line, openLine } from './header-chip.ts';

/** A line that becomes an output with the first write, and is held until the driver is closed, so that it keeps its level. */
export class OutputLine {
  readonly level$: Observable<Level>;
  readonly #gpio: number;
  readonly #level = new BehaviorSubject<Level>(0);
  #line: Line | undefined;
  #isDriven = false;
  /** The last written level; `undefined` before the first write. */
  #wanted: Level | undefined;

  constructor(gpio: number) {
    this.#gpio = gpio;
    this.level$ = this.#level.pipe(distinctUntilChanged());
  }

  /** Requests the line, and drives it to the last written level; before any write, it keeps its level. Throws `pin/in-use` or `driver/failed`. */
  setUp(chip: HeaderChip): void {
    // A line that is not yet an output counts as low.
    const { isOutput } = chip.lineInfo(this.#gpio);
    openLine(chip, this.#gpio, undefined, (line) => {
      if (this.#wanted !== undefined) line.drive(this.#wanted);
      else if (isOutput) this.#level.next(line.read());
      this.#line = line;
      this.#isDriven = this.#wanted !== undefined;
    });
    if (this.#wanted !== undefined) this.#level.next(this.#wanted);
  }

  /** While the chip is away, a write is refused. The line still remembers the level. */
  write(level: Level): void {
    this.#wanted = level;
    if (!this.#line)
      throw new HubError('driver/unavailable', `the chip of GPIO ${this.#gpio} cannot be reached`);
    if (this.#isDriven) this.#line.write(level);
    else this.#line.drive(level);
    this.#isDriven = true;
    this.#level.next(level);
  }

  /** Releases the line. It may be set up again. */
  close(): void {
    this.#line?.close();
    this.#line = undefined;
  }
}

export class ChardevOutputPin implements OutputPin {
  readonly gpio: number;
  readonly level$: Observable<Level>;
  readonly #line: OutputLine;
  readonly #lease: Lease;

  constructor(line: OutputLine, lease: Lease) {
    this.gpio = lease.gpio;
    this.level$ = line.level$;
    this.#line = line;
    this.#lease = lease;
  }

  async write(level: Level): Promise<Level> {
    this.#lease.assertHeld();
    this.#line.write(level);
    return level;
  }

  release(): Promise<void> {
    return this.#lease.end();
  }
}
