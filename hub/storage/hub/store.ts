import { join } from 'node:path';
import type { Logger } from 'pino';
import type { ClockMark } from '../../clock.ts';
import { createClock } from '../../clock.ts';
import type { HubError } from '../../core/error.ts';
import type { Journal } from '../../core/journal.ts';
import type { Message } from '../../core/message.ts';
import { dropEarliest } from '../../files/aside-files.ts';
import type { History } from '../../history/history.ts';
import { openHistory } from '../../history/open-history.ts';
import type { SessionJournal, StoredSession } from '../../session/session-journal.ts';
import { Database, type DatabaseOptions, type DatabaseTiming } from '../engine/database.ts';
import { DISK } from '../engine/disk.ts';
import type { Durability } from '../engine/flusher.ts';
import type { Damage } from '../engine/log-chain.ts';
import { listDamagedFiles } from '../engine/state-files.ts';
import { prepareFolder } from '../folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../folder/folder-lock.ts';
import { ClockMarks } from './clock-marks.ts';
import { HubJournal } from './hub-journal.ts';
import { HUB_SCHEMA, type HubTables } from './hub-schema.ts';
import { MessageShelf } from './message-shelf.ts';
import { gatherSessions } from './stored-sessions.ts';

/** How often it is looked whether the time of day was set, milliseconds. */
const LOOK_MS = 5_000;

/** How many damaged files of the state are kept: those of the last two times at least, as each has a base and a log. */
const MAX_DAMAGED = 4;

interface StoreOptions {
  readonly folder: string;
  /** The folder's lock, if somebody else takes and releases it. */
  readonly lock?: FolderLock;
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
  /** What is wrong with the disk now: nothing can be kept, or it will soon be full. */
  failure(): HubError | undefined;
  /** Keeps all that was told. What is told from then on is forgotten. However often it is called, it is done once. */
  close(): Promise<void>;
}

/**
 * Opens a data folder, or makes one. Rejects with `store/unavailable` where it cannot be used, is somebody else's or in use, and with
 * `store/damaged` where nothing can be recognised in it.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder } = options;
  prepareFolder(folder);
  const lock = options.lock ? undefined : await lockFolder(folder);
  try {
    const store = await open(options);
    let closed: Promise<void> | undefined;
    return {
      ...store,
      close: () => {
        closed ??= store.close().finally(() => lock?.release());
        return closed;
      },
    };
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function open(options: StoreOptions): Promise<Store> {
  const { folder, log } = options;
  let marks: ClockMarks | undefined;
  const database = openDatabase(options, {
    onFlush: () => marks?.mark(),
    onCommit: () => marks?.accompany(),
  });
  const damages = await database.open();
  for (const { path, what } of damages) log.error({ path }, `damaged, and kept beside; lost: ${what}`);
  try {
    await dropEarliest(listDamagedFiles(DISK, folder), { most: MAX_DAMAGED, log });
    const { tables } = database;
    const now = createClock(tables.clock.get(0));
    const keep = (mark: ClockMark) => tables.clock.set(0, mark);
    marks = new ClockMarks({ now, last: tables.clock.get(0), keep });
    marks.look();
    const records = { tables, shelf: new MessageShelf(tables.messages), nextNumber: createCounter(tables) };
    const content = {
      folder,
      journal: new HubJournal(records, database.log),
      now,
      sessions: gatherSessions(records),
      retained: Array.from(tables.retained, ([, message]) => message),
      damages,
      history: await openHistory(join(folder, 'history'), { log }),
    };
    const looking = setInterval(() => marks?.look(), LOOK_MS).unref(); // Last: whatever fails before it leaves nothing that runs.
    return {
      ...content,
      failure: () => database.trouble,
      close: () => {
        clearInterval(looking);
        return database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function openDatabase(
  { folder, durability = 'process', log, timing = {} }: StoreOptions,
  hooks: Pick<DatabaseOptions<(typeof HUB_SCHEMA)['tables']>, 'onFlush' | 'onCommit'>,
) {
  return new Database({
    folder,
    schema: HUB_SCHEMA,
    durability,
    timing,
    ...hooks,
    onFailure: (failure) => {
      if (failure)
        log.error({ err: failure }, `${failure.message}; nothing is acknowledged that must be kept`);
      else log.info('the data folder can be written again, and nothing is missing in it');
    },
    onStuck: (failure) => {
      if (failure) log.error({ err: failure }, `${failure.message}; all is kept, but the log grows`);
      else log.info('the log in the data folder has been begun anew');
    },
  });
}

/** Numbers above all that were given before. */
function createCounter({ sessions, subscriptions, due }: HubTables): () => number {
  let last = 0;
  for (const table of [sessions, subscriptions, due]) {
    for (const [number] of table) last = Math.max(last, number);
  }
  return () => ++last;
}
