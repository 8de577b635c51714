import { type Observable, ReplaySubject } from 'rxjs';
import type { Lease } from '../lease.ts';
import type { Edge, InputOptions, InputPin, Level, Pull } from '../pins.ts';
import { tickOf } from '../ticks.ts';
import type { EdgeReport } from './reports.ts';
import type { RgpiodSession } from './session.ts';

/** The line flags for the resistors. */
const PULLS: Readonly<Record<Pull, number>> = { up: 32, down: 64, none: 128 };

const BOTH_EDGES = 3;

/** An input whose edges rgpiod reports, with the kernel's time stamps. */
export class RgpiodInputPin implements InputPin {
  readonly gpio: number;
  readonly edges$: Observable<Edge>;
  readonly #options: InputOptions;
  readonly #lease: Lease;
  readonly #edges = new ReplaySubject<Edge>(1);
  #level: Level | undefined;
  /** Reports since the input was claimed in the present session. */
  #reports = 0;

  constructor(options: InputOptions, lease: Lease) {
    this.gpio = lease.gpio;
    this.edges$ = this.#edges.asObservable();
    this.#options = options;
    this.#lease = lease;
  }

  /** Claims the input and finds out its level. Rejects with `pin/in-use` or `driver/failed`. */
  async setUp(session: RgpiodSession): Promise<void> {
    const { pull = 'none', steadyUs = 0 } = this.#options;
    const { gpio } = this;
    const { chip } = session;
    const handle = await session.reportHandle();
    this.#reports = 0;
    // Only edges are reported, so that the present level is read, once they are.
    const [, , level] = await session.must(
      gpio,
      ['GSAX', chip, PULLS[pull], BOTH_EDGES, gpio, handle],
      ['GDEB', chip, gpio, steadyUs],
      ['GR', chip, gpio],
    );
    // The kernel stamps edges by the clock that `hrtime` reads. A report that came meanwhile is later than the reading.
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
