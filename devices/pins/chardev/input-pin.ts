import { type Observable, ReplaySubject } from 'rxjs';
import type { Lease } from '../lease.ts';
import type { Edge, InputPin, Level } from '../pins.ts';
import { tickOf } from '../ticks.ts';
import type { Line } from './header-chip.ts';

/** An input whose edges the kernel queues, with their time stamps, until they are read. */
export class ChardevInputPin implements InputPin {
  readonly gpio: number;
  readonly edges$: Observable<Edge>;
  readonly #line: Line;
  readonly #lease: Lease;
  readonly #edges = new ReplaySubject<Edge>(1);
  /** What is earlier is part of the level that was read. */
  readonly #sinceNs: bigint;
  #level: Level | undefined;

  constructor(line: Line, lease: Lease) {
    this.gpio = lease.gpio;
    this.edges$ = this.#edges.asObservable();
    this.#line = line;
    this.#lease = lease;
    // The kernel stamps edges by the clock that `hrtime` reads.
    this.#sinceNs = process.hrtime.bigint();
    this.#note(line.read(), this.#sinceNs);
  }

  /** Takes the edges since the last call. Throws what the system does if the line cannot be read. */
  poll(): void {
    for (const { level, ns } of this.#line.takeEvents()) if (ns > this.#sinceNs) this.#note(level, ns);
  }

  release(): Promise<void> {
    return this.#lease.end();
  }

  /** The kernel drops edges that nobody has read in time, so that two of a kind may follow each other. */
  #note(level: Level, ns: bigint): void {
    if (level === this.#level) return;
    this.#level = level;
    this.#edges.next({ level, tickUs: tickOf(ns) });
  }
}
