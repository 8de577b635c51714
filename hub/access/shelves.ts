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
