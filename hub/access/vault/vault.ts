import type { Observable } from 'rxjs';

/** Sections of a vault: people, programs, the browsers in which they are logged in, and the hub's own secrets. */
export const SHELVES = ['users', 'tokens', 'logins', 'secrets'] as const;

export type Shelf = (typeof SHELVES)[number];

/** A JSON object. Whoever puts a record in knows its shape, and checks it on the way out. */
export type VaultRecord = Readonly<Record<string, unknown>>;

/** All records, by shelf and key. */
export type Content = Readonly<Record<Shelf, ReadonlyMap<string, VaultRecord>>>;

/** The records under one key, by shelf. */
export type Found = Readonly<Record<Shelf, VaultRecord | undefined>>;

/** Records of accounts, which outlive the process. None holds a secret itself, only what can check it. */
export interface Vault {
  /** All records as they are at one moment. Rejects with `store/damaged` or `store/unavailable`, as all below. */
  read(): Promise<Content>;
  get(shelf: Shelf, key: string): Promise<VaultRecord | undefined>;
  /** Stores a record, in place of one with the same key; resolves once it would survive a power cut. */
  put(shelf: Shelf, key: string, record: VaultRecord): Promise<void>;
  /**
   * Computes a record from those under its key, on this shelf and the others, while nobody changes any of them; resolves to whether there is
   * one. If `change` gives none, or throws, all stays as it was; if it gives an equal one, nothing is written. It may be called more than once.
   */
  update(shelf: Shelf, key: string, change: (found: Found) => VaultRecord | undefined): Promise<boolean>;
  /** Removes the records under the keys, in one write; resolves to whether there was any. */
  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean>;
  /** Hot: emits after each change, also one that another process asked for. Completes when the vault is closed. */
  readonly changed$: Observable<void>;
  close(): Promise<void>;
}

/** Records that can be changed, by shelf and key. */
export type Shelves = Readonly<Record<Shelf, Map<string, VaultRecord>>>;

/** The records on new shelves. */
export function copyShelves({ users, tokens, logins, secrets }: Content): Shelves {
  return {
    users: new Map(users),
    tokens: new Map(tokens),
    logins: new Map(logins),
    secrets: new Map(secrets),
  };
}

/** The records under a key. */
export function findUnder({ users, tokens, logins, secrets }: Content, key: string): Found {
  return {
    users: users.get(key),
    tokens: tokens.get(key),
    logins: logins.get(key),
    secrets: secrets.get(key),
  };
}

/** Removes records from a shelf; whether there was any. */
export function removeFrom(shelf: Map<string, VaultRecord>, keys: readonly string[]): boolean {
  return keys.filter((key) => shelf.delete(key)).length > 0;
}
