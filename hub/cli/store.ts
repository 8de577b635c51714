import type { Logger } from 'pino';
import type { Durability } from '../storage/engine/flusher.ts';
import {
  defaultDataFolder,
  makeFolder,
  prepareFolder,
  removeIfEmpty,
} from '../storage/folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../storage/folder/folder-lock.ts';
import { openStore, type Store } from '../storage/hub/store.ts';
import type { StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';

interface OpenedStore {
  /** `undefined` if nothing is kept. */
  readonly store: Store | undefined;
  /** `undefined` if another hub holds the data folder, or if it cannot be written: only a hub that keeps nothing goes on then. */
  readonly lock: FolderLock | undefined;
  /** What to tell the user. */
  readonly text: string;
}

/**
 * Takes the data folder, and opens what is kept in it, if anything is to be kept. Rejects with `store/unavailable` and `store/damaged`.
 */
export async function openKept(
  { ephemeral = false, data = defaultDataFolder(), durability }: StartOptions,
  log: Logger,
  closers: Closers,
): Promise<OpenedStore> {
  if (ephemeral) {
    const text = describeEphemeral(data, durability);
    return { store: undefined, lock: await lockIfFree(data, log, closers), text };
  }
  prepareFolder(data);
  const lock = await lockFolder(data);
  closers.add(() => lock.release());
  const store = await openStore({ folder: data, lock, durability, log });
  closers.add(() => store.close()); // Unless the hub has done so.
  const damaged = store.damages.length > 0 ? ', of which some was damaged: see the log' : '';
  return { store, lock, text: `${data}${damaged}` };
}

/** For users and tokens alone, which several hubs may share. */
async function lockIfFree(folder: string, log: Logger, closers: Closers): Promise<FolderLock | undefined> {
  try {
    if (makeFolder(folder)) closers.add(() => removeIfEmpty(folder));
    const lock = await lockFolder(folder);
    closers.add(() => lock.release());
    return lock;
  } catch (err) {
    log.debug({ err }, 'another hub makes the changes of users and tokens, or nobody can');
    return undefined;
  }
}

/** Which other options apply all the same, and which do not. */
function describeEphemeral(data: string, durability: Durability): string {
  const idle = durability === 'process' ? '' : `, so --durability ${durability} is of no effect`;
  return `not kept (--ephemeral)${idle}; users and tokens are, in ${data}`;
}
