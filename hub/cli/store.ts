import { join } from 'node:path';
import type { Logger } from 'pino';
import type { History } from '../history/history.ts';
import { createMemoryHistory, openHistory } from '../history/open-history.ts';
import type { Store } from '../session/store.ts';
import type { Durability } from '../storage/engine/change-log.ts';
import { makeFolder, prepareFolder, removeIfEmpty } from '../storage/folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../storage/folder/folder-lock.ts';
import { MemoryStore } from '../storage/hub/memory-store.ts';
import { openStore } from '../storage/hub/store.ts';
import { defaultDataFolder } from './data-folder.ts';
import type { StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';

interface OpenedStore {
  readonly store: Store;
  readonly history: History;
  /** `undefined` for a hub that keeps nothing. */
  readonly lock: FolderLock | undefined;
  /** What to tell the user. */
  readonly text: string;
}

/**
 * Takes the data folder and opens it, or keeps everything in memory with `--ephemeral`. Rejects with `store/unavailable` and `store/damaged`.
 */
export async function openKept(
  { ephemeral = false, data = defaultDataFolder(), durability }: StartOptions,
  log: Logger,
  closers: Closers,
): Promise<OpenedStore> {
  if (ephemeral) {
    const text = describeEphemeral(data, durability);
    makeFolderForAccounts(data, log, closers);
    return { store: new MemoryStore(), history: createMemoryHistory(log), lock: undefined, text };
  }
  prepareFolder(data);
  const lock = await lockFolder(data);
  closers.add(() => lock.release());
  const store = await openStore({ folder: data, lock, durability, log });
  closers.add(() => store.close()); // Unless the hub has done so.
  const history = await openHistory(join(data, 'history'), { log });
  const damaged = store.damages.length > 0 ? ', of which some was damaged: see the log' : '';
  return { store, history, lock, text: `${data}${damaged}` };
}

/** A hub that keeps nothing else goes on without the folder. */
function makeFolderForAccounts(folder: string, log: Logger, closers: Closers): void {
  try {
    if (makeFolder(folder)) closers.add(() => removeIfEmpty(folder));
  } catch (err) {
    log.debug({ err }, 'there is no folder for users and tokens');
  }
}

/** Which other options apply all the same, and which do not. */
function describeEphemeral(data: string, durability: Durability): string {
  const idle = durability === 'process' ? '' : `, so --durability ${durability} is of no effect`;
  return `not kept (--ephemeral)${idle}; users and tokens are, in ${data}`;
}
