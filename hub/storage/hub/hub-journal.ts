import type { HubError } from '../../core/error.ts';
import type { Journal } from '../../core/journal.ts';
import type { Message } from '../../core/message.ts';
import { isReservedTopic } from '../../core/rights.ts';
import type { SessionJournal, SessionRecord } from '../../session/session-journal.ts';
import type { ChangeLog } from '../engine/change-log.ts';
import type { HubTables } from './hub-schema.ts';
import { type Records, StoredRecord } from './stored-sessions.ts';

/** What a hub tells, kept in tables. */
export class HubJournal implements Journal, SessionJournal {
  readonly #tables: HubTables;
  readonly #log: ChangeLog;
  readonly #records: Records;

  constructor(records: Records, log: ChangeLog) {
    this.#tables = records.tables;
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

  /** What the hub says of itself is said anew by the next one. */
  retain(message: Message): void {
    if (!isReservedTopic(message.topic)) this.#tables.retained.set(message.topic, message);
  }

  forget(topic: string): void {
    this.#tables.retained.delete(topic);
  }

  begin(): SessionRecord {
    return new StoredRecord(this.#records.nextNumber(), this.#records);
  }
}
