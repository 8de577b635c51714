import type { Logger } from 'pino';
import { ClockMarks, createClock } from '../../clock.ts';
import type { HubError } from '../../core/error.ts';
import { dropEarliest } from '../../files/files.ts';
import type { Store } from '../../session/store.ts';
import type { Durability } from '../engine/change-log.ts';
import { Database, type DatabaseOptions, type DatabaseTiming } from '../engine/database.ts';
import { DISK } from '../engine/disk.ts';
import type { Damage } from '../engine/recovery.ts';
import { listDamagedFiles } from '../engine/state-files.ts';
import { prepareFolder } from '../folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../folder/folder-lock.ts';
import { readContent } from './content.ts';
import { HUB_SCHEMA } from './hub-schema.ts';

/** How often to check whether the time of day was set, milliseconds. */
const LOOK_MS = 5_000;

/** How many damaged files are kept: those of the last two damages at least, each of a base and a log. */
const MAX_DAMAGED = 4;

interface StoreOptions {
  readonly folder: string;
  /** The folder's lock, if the caller takes and releases it. */
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

/** Opens or creates a data folder. Rejects with `store/unavailable`, also if it is in use or not Pinhub's, and with `store/damaged`. */
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
    const looking = setInterval(() => marks?.look(), LOOK_MS).unref(); // Starts last, as nothing may fail while the timer runs.
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
