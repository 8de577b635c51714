import type { Logger } from 'pino';
import { ClockMarks, createClock } from '../../clock.ts';
import type { HubError } from '../../core/error.ts';
import type { Journal } from '../../core/journal.ts';
import type { Message } from '../../core/message.ts';
import { isReservedTopic } from '../../core/rights.ts';
import { dropEarliest } from '../../files/files.ts';
import type { SessionJournal, SessionRecord, Store } from '../../session/store.ts';
import type { ChangeLog, Durability } from '../engine/change-log.ts';
import { Database, type DatabaseOptions, type DatabaseTiming } from '../engine/database.ts';
import { DISK } from '../engine/disk.ts';
import type { Damage } from '../engine/recovery.ts';
import { listDamagedFiles } from '../engine/state-files.ts';
import { prepareFolder } from '../folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../folder/folder-lock.ts';
import { HUB_SCHEMA, type HubTables } from './hub-schema.ts';
import { gatherSessions, Records, StoredRecord } from './stored-sessions.ts';

/** How often to check whether the time of day was set, milliseconds. */
const LOOK_MS = 5_000;

/** How many damaged files are kept: those of the last two damages at least, each of a base and a log. */
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

/** A store in a data folder. */
export interface FolderStore extends Store {
  readonly folder: string;
  /** Damaged parts of files. The rest is used, and the files are kept under other names. */
  readonly damages: readonly Damage[];
}

/** Opens or makes a data folder. Rejects with `store/unavailable`, also if it is in use or not Pinhub's, and with `store/damaged`. */
export async function openStore(options: StoreOptions): Promise<FolderStore> {
  prepareFolder(options.folder);
  const lock = options.lock ? undefined : await lockFolder(options.folder);
  try {
    return await open(options, () => lock?.release());
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function open(options: StoreOptions, release: () => void): Promise<FolderStore> {
  const { folder, durability = 'process', log, timing = {} } = options;
  let marks: ClockMarks | undefined;
  let closed: Promise<void> | undefined;
  const database = new Database({
    folder,
    schema: HUB_SCHEMA,
    durability,
    timing,
    ...reportsTo(log),
    onFlush: () => marks?.mark(),
    onCommit: () => marks?.accompany(),
  });
  const damages = await database.open();
  try {
    for (const { path, what } of damages) log.error({ path }, `damaged, and kept beside; lost: ${what}`);
    await dropEarliest(listDamagedFiles(DISK, folder), { most: MAX_DAMAGED, log });
    const { clock } = database.tables;
    const now = createClock(clock.get(0));
    marks = new ClockMarks({ now, last: clock.get(0), keep: (mark) => clock.set(0, mark) });
    marks.look();
    const content = readContent(database.tables, database.log);
    const looking = setInterval(() => marks?.look(), LOOK_MS).unref(); // Last: nothing may fail while it runs.
    const close = () => {
      clearInterval(looking);
      closed ??= database.close().finally(release);
      return closed;
    };
    return { ...content, folder, now, damages, failure: () => database.trouble, close };
  } catch (error) {
    await database.close().catch(() => undefined); // The first error is the one to report.
    throw error;
  }
}

/** What the last hub left in its tables, and a journal that goes on with them. */
function readContent(tables: HubTables, log: ChangeLog): Pick<Store, 'journal' | 'retained' | 'sessions'> {
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
  readonly #log: ChangeLog;

  constructor(tables: HubTables, records: Records, log: ChangeLog) {
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

  /** The hub's own topics are not kept: the next hub publishes its own values. */
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

function reportsTo(
  log: Logger,
): Pick<DatabaseOptions<(typeof HUB_SCHEMA)['tables']>, 'onFailure' | 'onStuck'> {
  const report = (failure: HubError | undefined, consequence: string, ended: string) =>
    failure ? log.error({ err: failure }, `${failure.message}; ${consequence}`) : log.info(ended);
  return {
    onFailure: (failure) =>
      report(
        failure,
        'nothing is acknowledged that must be kept',
        'the data folder can be written again, and nothing is missing in it',
      ),
    onStuck: (failure) =>
      report(failure, 'all is kept, but the log grows', 'a new log has been started in the data folder'),
  };
}
