import { type Observable, ReplaySubject } from 'rxjs';
import type { Lease } from '../lease.ts';
import type { Edge, InputOptions, InputPin, Level, Pull } from '../pins.ts';
import { tickOf } from '../ticks.ts';
import type { EdgeReport } from './reports.ts';
import type { RgpiodSession } from './session.ts';

/** The line flags for the pull resistors. */
const PULLS: Readonly<Record<Pull, number>> = { up: 32, down: 64, none: 128 };

const BOTH_EDGES = 3;

/** An input whose edges rgpiod reports, with the kernel's timestamps. */
export class RgpiodInputPin implements InputPin {
  readonly gpio: number;
  readonly edges$: Observable<Edge>;
  readonly #options: InputOptions;
  readonly #lease: Lease;
  readonly #edges = new ReplaySubject<Edge>(1);
  #level: Level | undefined;
  /** The number of reports since the input was claimed in the current session. */
  #reports = 0;

  constructor(options: InputOptions, lease: Lease) {
    this.gpio = lease.gpio;
    this.edges$ = this.#edges.asObservable();
    this.#options = options;
    this.#lease = lease;
  }

  /** Claims the input and reads its level. Rejects with `pin/in-use` or `driver/failed`. */
  async setUp(session: RgpiodSession): Promise<void> {
    const { pull = 'none', steadyUs = 0 } = this.#options;
    const { gpio } = this;
    const { chip } = session;
    const handle = await session.reportHandle();
    this.#reports = 0;
    // rgpiod reports only edges, so the level is read after reports have started.
    const [, , level] = await session.runAll(
      gpio,
      ['GSAX', chip, PULLS[pull], BOTH_EDGES, gpio, handle],
      ['GDEB', chip, gpio, steadyUs],
      ['GR', chip, gpio],
    );
    // The kernel's timestamps use the clock of `hrtime`. A report that arrived meanwhile is newer than this reading.
    if (this.#reports === 0) this.#note(level === 1 ? 1 : 0, process.hrtime.bigint());
  }

  noteReport({ level, ns }: EdgeReport): void {
    this.#reports++;
    this.#note(level, ns);
  }

  release(): Promise<void> {
    return this.#lease.end();
  }

  #note(level: Level, ns: bigint): void {
    if (level === this.#level) return;
    this.#level = level;
    this.#edges.next({ level, tickUs: tickOf(ns) });
  }
}
