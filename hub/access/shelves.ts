import { isDeepStrictEqual } from 'node:util';
import type { Content, Found, Shelf, VaultRecord } from './vault.ts';

/** All that a vault keeps, by shelf and key. */
export type Shelves = Readonly<Record<Shelf, Map<string, VaultRecord>>>;

/** The same records on shelves of their own. */
export function copyShelves({ users, tokens, logins, secrets }: Content): Shelves {
  return {
    users: new Map(users),
    tokens: new Map(tokens),
    logins: new Map(logins),
    secrets: new Map(secrets),
  };
}

/** What is kept under a key, on each shelf. */
export function findUnder({ users, tokens, logins, secrets }: Shelves, key: string): Found {
  return {
    users: users.get(key),
    tokens: tokens.get(key),
    logins: logins.get(key),
    secrets: secrets.get(key),
  };
}

/** Puts a record on a shelf; whether that changes anything. */
export function putOn(shelf: Map<string, VaultRecord>, key: string, record: VaultRecord): boolean {
  if (isDeepStrictEqual(shelf.get(key), record)) return false;
  shelf.set(key, record);
  return true;
}

/** Whether any of them was there. */
export function removeFrom(shelf: Map<string, VaultRecord>, keys: readonly string[]): boolean {
  return keys.filter((key) => shelf.delete(key)).length > 0;
}
