import { type HubError, toHubError } from '../../core/error.ts';
import type { Journal } from '../../core/journal.ts';
import { Turn } from '../turn.ts';
import type { ProtocolVersion } from './codec/index.ts';
import type { MqttCounters } from './counters.ts';
import { Dialect } from './dialect.ts';

/** A link, as far as the way out knows it. */
export interface Flushable {
  /** Sends what is due. */
  flush(): void;
  close(reason: HubError): void;
}

/** What all links share on the way out: a common turn, and messages encoded for all at once. */
export class Outbound {
  readonly counters: MqttCounters;
  /** What acknowledges anything waits until that is safe. */
  readonly journal: Journal;
  readonly #version4: Dialect;
  readonly #version5: Dialect;
  readonly #turn = new Turn<Flushable>((due) => this.#flush(due));

  constructor(counters: MqttCounters, now: () => number, journal: Journal) {
    this.counters = counters;
    this.journal = journal;
    this.#version4 = new Dialect(4, now);
    this.#version5 = new Dialect(5, now);
  }

  dialectOf(version: ProtocolVersion): Dialect {
    return version === 5 ? this.#version5 : this.#version4;
  }

  /** Has a link flushed at the end of this turn. */
  schedule(link: Flushable): void {
    this.#turn.add(link);
  }

  #flush(due: readonly Flushable[]): void {
    this.journal.commit(); // Once for all links, and before any of them says that something was done.
    for (const link of due) flush(link);
    this.#version4.clear();
    this.#version5.clear();
  }
}

/** What cannot be sent to one client ends its connection, and leaves the others alone. */
function flush(link: Flushable): void {
  try {
    link.flush();
  } catch (error) {
    link.close(toHubError(error));
  }
}
