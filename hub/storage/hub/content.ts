import type { Journal } from '../../core/journal.ts';
import { isReservedTopic } from '../../core/rights.ts';
import type { Store } from '../../session/store.ts';
import type { HubTables } from './hub-schema.ts';
import { gatherSessions, Records, StoredRecord } from './stored-sessions.ts';

/** Where the changes of tables go. */
type Changes = Pick<Journal, 'position' | 'isSafe' | 'whenSafe' | 'commit'>;

/** What the last hub left in its tables, and a journal that goes on with them. */
export function readContent(
  tables: HubTables,
  log: Changes,
): Pick<Store, 'journal' | 'retained' | 'sessions'> {
  const records = new Records(tables);
  return {
    retained: Array.from(tables.retained, ([, message]) => message),
    sessions: gatherSessions(records),
    journal: {
      get position() {
        return log.position;
      },
      isSafe: (position) => log.isSafe(position),
      whenSafe: (position, then) => log.whenSafe(position, then),
      commit: () => log.commit(),
      retain: (message) => {
        // The hub's own topics are not kept: the next hub publishes its own values.
        if (!isReservedTopic(message.topic)) tables.retained.set(message.topic, message);
      },
      forget: (topic) => tables.retained.delete(topic),
      begin: () => new StoredRecord(records),
    },
  };
}
