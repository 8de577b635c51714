import { join } from 'node:path';
import type { Logger } from 'pino';
import type { HubError } from '../core/error.ts';
import type { Journal } from '../core/journal.ts';
import type { Message } from '../core/message.ts';
import type { SessionJournal, StoredSession } from '../session/session-journal.ts';
import type { Durability } from './change-log.ts';
import { createClock } from './clock.ts';
import { prepareFolder } from './data-folder.ts';
import { Database, type DatabaseTiming } from './database.ts';
import { lockFolder } from './folder-lock.ts';
import type { History } from './history/history.ts';
import { openHistory } from './history/open-history.ts';
import { HubJournal } from './hub-journal.ts';
import { HUB_SCHEMA, type HubTables } from './hub-schema.ts';
import { MessageShelf } from './message-shelf.ts';
import type { Damage } from './recovery.ts';

import { gatherSessions } from './stored-sessions.ts';

export interface StoreOptions {
  readonly folder: string;
  /** Default `process`. */
  readonly durability?: Durability;
  readonly log: Logger;
  readonly timing?: Partial<DatabaseTiming>;
}

/** What outlives the hub's process. */
export interface Store {
  readonly folder: string;
  readonly journal: Journal & SessionJournal;
  /** The hub's clock: it goes on from where the last hub's ended. */
  readonly now: () => number;
  /** What was retained. */
  readonly retained: readonly Message[];
  /** What sessions there were. */
  readonly sessions: readonly StoredSession[];
  /** What of the files was not as it was written, and could not be used; it is kept beside. */
  readonly damages: readonly Damage[];
  /** What values were. */
  readonly history: History;
  /** Why nothing can be kept now, if that is so. */
  failure(): HubError | undefined;
  /** Keeps all that was told. What is told from then on is forgotten. */
  close(): Promise<void>;
}

/**
 * Opens a data folder, or makes one. Rejects with `store/unavailable` where it cannot be used, is somebody else's or in use, and with
 * `store/damaged` where nothing can be recognised in it.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder } = options;
  prepareFolder(folder);
  const lock = lockFolder(folder);
  try {
    const store = await open(options);
    return {
      ...store,
      close: () => store.close().finally(() => lock.release()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function open({ folder, durability = 'process', log, timing = {} }: StoreOptions): Promise<Store> {
  let mark: () => void = () => undefined;
  const database = new Database({
    folder,
    schema: HUB_SCHEMA,
    durability,
    timing,
    onFlush: () => mark(),
    onFailure: (failure) => {
      if (failure)
        log.error({ err: failure }, `${failure.message}; nothing is acknowledged that must be kept`);
      else log.info('the data folder can be written again, and nothing is missing in it');
    },
  });
  const damages = await database.open();
  for (const { path, what } of damages)
    log.error({ path }, `damaged, and kept beside: ${what} could not be used`);
  const { tables } = database;
  const now = createClock(tables.clock.get(0));
  mark = () => tables.clock.set(0, { hubMs: now(), wallMs: Date.now() });
  const records = { tables, shelf: new MessageShelf(tables.messages), nextNumber: createCounter(tables) };
  return {
    folder,
    journal: new HubJournal(records, database.log),
    now,
    sessions: gatherSessions(records),
    retained: Array.from(tables.retained, ([, message]) => message),
    damages,
    history: await openHistory(join(folder, 'history'), { log }),
    failure: () => database.log.failure,
    close: () => database.close(),
  };
}

/** Numbers above all that were given before. */
function createCounter({ sessions, subscriptions, due }: HubTables): () => number {
  let last = 0;
  for (const table of [sessions, subscriptions, due]) {
    for (const [number] of table) last = Math.max(last, number);
  }
  return () => ++last;
}
