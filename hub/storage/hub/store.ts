import type { Logger } from 'pino';
import { type ClockMark, ClockMarks, createClock } from '../../clock.ts';
import { dropEarliest } from '../../files/files.ts';
import type { Store } from '../../session/store.ts';
import { Database, type DatabaseOptions, type DatabaseTiming } from '../engine/database.ts';
import { DISK } from '../engine/disk.ts';
import type { Durability } from '../engine/flusher.ts';
import type { Damage } from '../engine/recovery.ts';
import { listDamagedFiles } from '../engine/state-files.ts';
import { prepareFolder } from '../folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../folder/folder-lock.ts';
import { readContent } from './hub-journal.ts';
import { HUB_SCHEMA } from './hub-schema.ts';

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

/**
 * Opens a data folder, or makes one. Rejects with `store/unavailable` if it cannot be used, belongs to another program or is in use, and with
 * `store/damaged` if nothing in it can be recognised.
 */
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
  const { folder, log } = options;
  let marks: ClockMarks | undefined;
  let closed: Promise<void> | undefined;
  const database = openDatabase(options, {
    onFlush: () => marks?.mark(),
    onCommit: () => marks?.accompany(),
  });
  const damages = await database.open();
  try {
    for (const { path, what } of damages) log.error({ path }, `damaged, and kept beside; lost: ${what}`);
    await dropEarliest(listDamagedFiles(DISK, folder), { most: MAX_DAMAGED, log });
    const { clock } = database.tables;
    const now = createClock(clock.get(0));
    marks = new ClockMarks({ now, last: clock.get(0), keep: (mark: ClockMark) => clock.set(0, mark) });
    marks.look();
    const content = readContent(database.tables, database.log);
    const looking = setInterval(() => marks?.look(), LOOK_MS).unref(); // Last: nothing may fail while it runs.
    return {
      ...content,
      folder,
      now,
      damages,
      failure: () => database.trouble,
      close: () => {
        clearInterval(looking);
        closed ??= database.close().finally(release);
        return closed;
      },
    };
  } catch (error) {
    await database.close().catch(() => undefined); // The first error is the one to report.
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
