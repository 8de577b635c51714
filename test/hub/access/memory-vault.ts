import { isDeepStrictEqual } from 'node:util';
import { Subject } from 'rxjs';
import {
  copyShelves,
  findUnder,
  removeFrom,
  type Shelves,
  type Vault,
} from '../../../hub/access/vault/vault.ts';

/** A vault that lasts as long as the process. */
export function createMemoryVault(): Vault {
  const shelves: Shelves = {
    users: new Map(),
    tokens: new Map(),
    logins: new Map(),
    secrets: new Map(),
  };
  const changed$ = new Subject<void>();
  return {
    read: async () => copyShelves(shelves),
    get: async (shelf, key) => shelves[shelf].get(key),
    async put(shelf, key, record) {
      shelves[shelf].set(key, structuredClone(record));
      changed$.next();
    },
    async update(shelf, key, change) {
      const record = change(findUnder(shelves, key));
      if (record && !isDeepStrictEqual(shelves[shelf].get(key), record)) {
        shelves[shelf].set(key, structuredClone(record));
        changed$.next();
      }
      return record !== undefined;
    },
    async delete(shelf, ...keys) {
      const isKnown = removeFrom(shelves[shelf], keys);
      if (isKnown) changed$.next();
      return isKnown;
    },
    changed$,
    close: async () => changed$.complete(),
  };
}
