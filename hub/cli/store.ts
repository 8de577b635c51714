import { join } from 'node:path';
import { HubError, quote, toHubError } from '../core/error.ts';
import type { History } from '../history/history.ts';
import { createMemoryHistory, openHistory } from '../history/open-history.ts';
import type { Plugin, PluginStoreOptions } from '../plugin.ts';
import type { Store } from '../session/store.ts';
import {
  defaultDataFolder,
  makeFolder,
  prepareFolder,
  removeIfEmpty,
} from '../storage/folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../storage/folder/folder-lock.ts';
import { refuseIfMoved } from '../storage/folder/moved-mark.ts';
import { openStore } from '../storage/hub/store.ts';
import { wordsOf } from './languages/index.ts';
import type { StartOptions } from './options.ts';
import type { Scope } from './run-until-stopped.ts';

interface OpenedStore {
  /** `undefined` for a hub that stores nothing. */
  readonly store: Store | undefined;
  readonly history: History;
  /** `undefined` for a hub that stores nothing. */
  readonly lock: FolderLock | undefined;
  /** Such a hub is in no cluster. */
  readonly joined?: undefined;
  readonly room?: undefined;
  /** A description for the user. */
  readonly text: string;
}

/** Opens the data folder, or keeps everything in memory with `--ephemeral`. Rejects with `store/unavailable` and `store/damaged`. */
export async function openKept(
  options: StartOptions,
  { log, closers }: Scope,
  plugins: readonly Plugin[] = [],
): Promise<OpenedStore> {
  const { ephemeral = false, data = defaultDataFolder(), durability } = options;
  const { kept: say } = wordsOf(options).output;
  refuseIfMoved(data);
  const plugin = plugins.find(({ openStore }) => openStore);
  if (ephemeral) {
    if (plugin) throw storeOfNoUse(plugin);
    const text = durability === 'process' ? say.ephemeral(data) : say.ephemeralDespite(durability, data);
    makeFolderForAccounts(data, { log, closers });
    return { store: undefined, history: createMemoryHistory(log), lock: undefined, text };
  }
  prepareFolder(data);
  const lock = await lockFolder(data);
  closers.add(() => lock.release());
  if (plugin?.openStore) {
    const folder = join(data, `plug-in-${plugin.name}`);
    makeFolder(folder);
    const store = await openPlugInStore(plugin, { folder, log });
    closers.add(() => store.close());
    const history = await openHistory(join(data, 'history'), { log });
    return { store, history, lock, text: say.plugIn(folder, plugin.name) };
  }
  const store = await openStore({ folder: data, lock, durability, log });
  closers.add(() => store.close()); // In case the hub has not done so.
  const history = await openHistory(join(data, 'history'), { log });
  const text = store.damages.length > 0 ? say.damaged(data) : data;
  return { store, history, lock, text };
}

/** Adds the name of the plug-in to a rejection. */
async function openPlugInStore({ name, openStore }: Plugin, options: PluginStoreOptions): Promise<Store> {
  try {
    const store: unknown = await openStore?.(options);
    if (typeof store !== 'object' || store === null) throw new TypeError('it is not an object');
    return store as Store;
  } catch (cause) {
    const { message } = toHubError(cause);
    throw new HubError(
      'store/unavailable',
      `the store of the plug-in ${quote(name)} cannot be opened: ${message}`,
      { cause },
    );
  }
}

function storeOfNoUse({ name }: Plugin): HubError {
  const message = `with --ephemeral nothing is kept, but the plug-in ${quote(name)} brings a store; leave out one of the two`;
  return new HubError('option/invalid', message);
}

/** An ephemeral hub can also run without the folder. */
function makeFolderForAccounts(folder: string, { log, closers }: Scope): void {
  try {
    if (makeFolder(folder)) closers.add(() => removeIfEmpty(folder));
  } catch (err) {
    log.debug({ err }, 'there is no folder for users and tokens');
  }
}
