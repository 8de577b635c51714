import { createClock } from '../../clock.ts';
import { NO_JOURNAL } from '../../core/journal.ts';
import type { Store } from '../../session/store.ts';
import { createTables } from '../engine/table.ts';
import { copyTables } from '../engine/upgrade-path.ts';
import { readContent } from './hub-journal.ts';
import { HUB_SCHEMA, type HubTables } from './hub-schema.ts';

/** The same tables as in a data folder, without a log: what is kept outlives the hub, but not the process. */
export class MemoryStore implements Store {
  readonly now: () => number;
  readonly journal: Store['journal'];
  readonly retained: Store['retained'];
  readonly sessions: Store['sessions'];
  readonly #tables = createTables(HUB_SCHEMA.tables);
  /** What was in the tables when the store was closed. */
  #kept: HubTables | undefined;

  /** `now`: the hub's clock, milliseconds. `before`: the last hub's store, closed. */
  constructor({ now, before }: { now?: (() => number) | undefined; before?: MemoryStore | undefined } = {}) {
    this.now = now ?? before?.now ?? createClock();
    if (before) copyTables(before.#kept ?? {}, this.#tables);
    const { journal, retained, sessions } = readContent(this.#tables, NO_JOURNAL);
    this.journal = journal;
    this.retained = retained;
    this.sessions = sessions;
  }

  failure(): undefined {
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#kept) return;
    this.#kept = createTables(HUB_SCHEMA.tables);
    copyTables(this.#tables, this.#kept);
  }
}
