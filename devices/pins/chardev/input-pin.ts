import { type Observable, ReplaySubject } from 'rxjs';
import type { Lease } from '../lease.ts';
import type { Edge, InputPin, Level } from '../pins.ts';
import { tickOf } from '../ticks.ts';
import { type HeaderChip, type Line, openLine } from './header-chip.ts';
import type { InputConfig } from './uapi.ts';

/** An input whose edges the kernel buffers, with timestamps, until they are read. */
export class ChardevInputPin implements InputPin {
  readonly gpio: number;
  readonly edges$: Observable<Edge>;
  readonly #config: InputConfig;
  readonly #lease: Lease;
  readonly #edges = new ReplaySubject<Edge>(1);
  #line: Line | undefined;
  /** Earlier edges are already part of the level that was read. */
  #sinceNs = 0n;
  #level: Level | undefined;

  constructor(config: InputConfig, lease: Lease) {
    this.gpio = lease.gpio;
    this.edges$ = this.#edges.asObservable();
    this.#config = config;
    this.#lease = lease;
  }

  /** Requests the line, and emits its level. Throws `pin/in-use` or `driver/failed`. */
  setUp(chip: HeaderChip): void {
    openLine(chip, this.gpio, this.#config, (line) => {
      // The kernel's timestamps use the clock of `hrtime`.
      const sinceNs = process.hrtime.bigint();
      this.#note(line.read(), sinceNs);
      this.#sinceNs = sinceNs;
      this.#line = line;
    });
  }

  /** Reads the edges since the last call. Throws the system's error if the line cannot be read. */
  poll(): void {
    const events = this.#line?.takeEvents() ?? [];
    for (const { level, ns } of events) if (ns > this.#sinceNs) this.#note(level, ns);
  }

  /** Releases the line. It may be set up again. */
  close(): void {
    this.#line?.close();
    this.#line = undefined;
  }

  release(): Promise<void> {
    return this.#lease.end();
  }

  /** The kernel drops edges that were not read in time, so two edges of the same kind may follow each other. */
  #note(level: Level, ns: bigint): void {
    if (level === this.#level) return;
    this.#level = level;
    this.#edges.next({ level, tickUs: tickOf(ns) });
  }
}
