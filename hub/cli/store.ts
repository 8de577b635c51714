import { join } from 'node:path';
import type { Logger } from 'pino';
import type { History } from '../history/history.ts';
import { createMemoryHistory, openHistory } from '../history/open-history.ts';
import type { Store } from '../session/store.ts';
import type { Durability } from '../storage/engine/flusher.ts';
import { MemoryStore } from '../storage/hub/memory-store.ts';
import { openStore } from '../storage/hub/store.ts';
import { defaultDataFolder } from './data-folder.ts';
import type { StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';

interface OpenedStore {
  readonly store: Store;
  readonly history: History;
  /** What to tell the user. */
  readonly text: string;
}

/** Opens the data folder, or keeps everything in memory with `--ephemeral`. Rejects with `store/unavailable` and `store/damaged`. */
export async function openKept(
  { ephemeral = false, data = defaultDataFolder(), durability }: StartOptions,
  log: Logger,
  closers: Closers,
): Promise<OpenedStore> {
  if (ephemeral) {
    const text = describeEphemeral(data, durability);
    return { store: new MemoryStore(), history: createMemoryHistory(log), text };
  }
  const store = await openStore({ folder: data, durability, log });
  closers.add(() => store.close()); // Unless the hub has done so.
  const history = await openHistory(join(data, 'history'), { log });
  const damaged = store.damages.length > 0 ? ', of which some was damaged: see the log' : '';
  return { store, history, text: `${data}${damaged}` };
}

/** What of other options holds all the same, and what does not. */
function describeEphemeral(data: string, durability: Durability): string {
  const idle = durability === 'process' ? '' : `, so --durability ${durability} is of no effect`;
  return `not kept (--ephemeral)${idle}; users and tokens are, in ${data}`;
}
