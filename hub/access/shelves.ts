import type { Found, Shelf, VaultRecord } from './vault.ts';

/** All that a vault keeps, by shelf and key. */
export type Shelves = Readonly<Record<Shelf, Map<string, VaultRecord>>>;

/** What is kept under a key, on each shelf. */
export function findUnder({ users, tokens, logins, secrets }: Shelves, key: string): Found {
  return {
    users: users.get(key),
    tokens: tokens.get(key),
    logins: logins.get(key),
    secrets: secrets.get(key),
  };
}
