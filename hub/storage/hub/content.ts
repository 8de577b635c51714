import type { HubError } from '../../core/error.ts';
import type { Message } from '../../core/message.ts';
import type { Journal } from '../../core/ports.ts';
import { isReservedTopic } from '../../core/rights.ts';
import type { SessionJournal, SessionRecord, Store } from '../../session/store.ts';
import type { HubTables } from './hub-schema.ts';
import { gatherSessions, Records, StoredRecord } from './stored-sessions.ts';

/** Takes the changes of tables. */
type Changes = Pick<Journal, 'position' | 'isSafe' | 'whenSafe' | 'commit'>;

/** The state that the last hub left in its tables, and a journal that continues with them. */
export function readContent(
  tables: HubTables,
  log: Changes,
): Pick<Store, 'journal' | 'retained' | 'sessions'> {
  const records = new Records(tables);
  return {
    retained: Array.from(tables.retained, ([, message]) => message),
    sessions: gatherSessions(records),
    journal: new TableJournal(tables, records, log),
  };
}

/** A class, since V8 keeps an object literal with a getter as a dictionary, and the position is read for each packet. */
class TableJournal implements Journal, SessionJournal {
  readonly #tables: HubTables;
  readonly #records: Records;
  readonly #log: Changes;

  constructor(tables: HubTables, records: Records, log: Changes) {
    this.#tables = tables;
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

  /** The hub's own topics are not stored: the next hub publishes its own values. */
  retain(message: Message): void {
    if (!isReservedTopic(message.topic)) this.#tables.retained.set(message.topic, message);
  }

  forget(topic: string): void {
    this.#tables.retained.delete(topic);
  }

  begin(): SessionRecord {
    return new StoredRecord(this.#records);
  }
}
