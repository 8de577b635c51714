import { BehaviorSubject, distinctUntilChanged, type Observable } from 'rxjs';
import type { Lease } from '../lease.ts';
import type { LineInfo } from '../line-info.ts';
import type { Level, OutputPin } from '../pins.ts';
import type { Line } from './header-chip.ts';

/** A line that is an output from the first write on, and held until the driver is closed: it keeps its level. */
export class OutputLine {
  readonly level$: Observable<Level>;
  readonly #line: Line;
  readonly #level: BehaviorSubject<Level>;
  #isDriven: boolean;

  /** `isOutput` says whether the line was one already; else it counts as low. */
  constructor(line: Line, { isOutput }: Pick<LineInfo, 'isOutput'>) {
    this.#line = line;
    this.#isDriven = false;
    this.#level = new BehaviorSubject(isOutput ? line.read() : 0);
    this.level$ = this.#level.pipe(distinctUntilChanged());
  }

  write(level: Level): void {
    if (this.#isDriven) this.#line.write(level);
    else this.#line.drive(level);
    this.#isDriven = true;
    this.#level.next(level);
  }

  close(): void {
    this.#line.close();
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
