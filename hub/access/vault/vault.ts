import { isDeepStrictEqual } from 'node:util';
import type { Observable } from 'rxjs';

/** What is kept of access: people and programs, the browsers in which they are logged in, and what the hub alone knows. */
export const SHELVES = ['users', 'tokens', 'logins', 'secrets'] as const;

export type Shelf = (typeof SHELVES)[number];

/** A value as JSON has it. Who puts a record in knows its shape, and checks it on the way out. */
export type VaultRecord = Readonly<Record<string, unknown>>;

/** All that is kept, by shelf and key. */
export type Content = Readonly<Record<Shelf, ReadonlyMap<string, VaultRecord>>>;

/** What is kept under one key, by shelf. */
export type Found = Readonly<Record<Shelf, VaultRecord | undefined>>;

/** Where records of access outlive the process. None of them holds a secret of theirs as it is: only what can check one. */
export interface Vault {
  /** All records as they are at one moment. Rejects with `store/damaged` or `store/unavailable`, as all below. */
  read(): Promise<Content>;
  /** All records of a shelf, by key. */
  list(shelf: Shelf): Promise<ReadonlyMap<string, VaultRecord>>;
  get(shelf: Shelf, key: string): Promise<VaultRecord | undefined>;
  /** Keeps a record in place of the one with the same key; resolves once it would survive a power cut. */
  put(shelf: Shelf, key: string, record: VaultRecord): Promise<void>;
  /**
   * Makes a record of what is kept under its key, on this shelf and on the others, while no process changes any of it; whether it made one.
   * Where `change` has none to give, or throws, all stays as it was; where it gives what is there already, nothing is written. It may be
   * asked more than once.
   */
  update(shelf: Shelf, key: string, change: (found: Found) => VaultRecord | undefined): Promise<boolean>;
  /** Forgets what is kept under the keys, in one write; whether there was anything. */
  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean>;
  /**
   * Whether anybody has changed it since this was last asked. It may be asked as often as strangers knock: whoever asks soon after another
   * waits for the next look.
   */
  hasChanged(): Promise<boolean>;
  /** Hot: after each change, whoever made it, another process included. Completes when the vault is closed. */
  readonly changed$: Observable<void>;
  close(): Promise<void>;
}

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
