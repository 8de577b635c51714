import type { Logger } from 'pino';
import type { Durability } from '../storage/engine/flusher.ts';
import { openStore, type Store } from '../storage/hub/store.ts';
import { defaultDataFolder } from './data-folder.ts';
import type { StartOptions } from './options.ts';
import type { Closers } from './run-until-stopped.ts';

interface OpenedStore {
  /** `undefined` where nothing is kept. */
  readonly store: Store | undefined;
  /** What to tell the user. */
  readonly text: string;
}

/** Opens the data folder, unless nothing is to be kept. Rejects with `store/unavailable` and `store/damaged`. */
export async function openKept(
  { ephemeral = false, data = defaultDataFolder(), durability }: StartOptions,
  log: Logger,
  closers: Closers,
): Promise<OpenedStore> {
  if (ephemeral) return { store: undefined, text: describeEphemeral(data, durability) };
  const store = await openStore({ folder: data, durability, log });
  closers.add(() => store.close()); // Unless the hub has done so.
  const damaged = store.damages.length > 0 ? ', of which some was damaged: see the log' : '';
  return { store, text: `${data}${damaged}` };
}

/** What of other options holds all the same, and what does not. */
function describeEphemeral(data: string, durability: Durability): string {
  const idle = durability === 'process' ? '' : `, so --durability ${durability} is of no effect`;
  return `not kept (--ephemeral)${idle}; users and tokens are, in ${data}`;
}
