import type { HubError } from '../../core/error.ts';
import type { Journal } from '../../core/journal.ts';
import type { Message } from '../../core/message.ts';
import { isReservedTopic } from '../../core/rights.ts';
import type { SessionJournal, SessionRecord } from '../../session/session-journal.ts';
import type { Store } from '../../session/store.ts';
import type { HubTables } from './hub-schema.ts';
import { gatherSessions, Records, StoredRecord } from './stored-sessions.ts';

/** Says when changes of the tables are safe. */
type Log = Pick<Journal, 'position' | 'isSafe' | 'whenSafe' | 'commit'>;

/** What the last hub left in its tables, and a journal to go on with. */
export function readContent(tables: HubTables, log: Log): Pick<Store, 'journal' | 'retained' | 'sessions'> {
  const records = new Records(tables);
  return {
    journal: new HubJournal(records, log),
    retained: Array.from(tables.retained, ([, message]) => message),
    sessions: gatherSessions(records),
  };
}

/** A hub's journal, kept in tables. */
class HubJournal implements Journal, SessionJournal {
  readonly #records: Records;
  readonly #log: Log;

  constructor(records: Records, log: Log) {
    this.#records = records;
    this.#log = log;
  }

  get position(): number {
    return this.#log.position;
  }

  isSafe(position: number): boolean {
    return this.#log.isSafe(position);
  }

  whenSafe(position: number, then: (failure?: HubError) => void): void {
    this.#log.whenSafe(position, then);
  }

  commit(): void {
    this.#log.commit();
  }

  /** The hub's own topics are not kept: the next hub publishes its own values. */
  retain(message: Message): void {
    if (!isReservedTopic(message.topic)) this.#records.tables.retained.set(message.topic, message);
  }

  forget(topic: string): void {
    this.#records.tables.retained.delete(topic);
  }

  begin(): SessionRecord {
    return new StoredRecord(this.#records);
  }
}
