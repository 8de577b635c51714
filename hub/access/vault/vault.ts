import type { Observable } from 'rxjs';

/** Sections of a vault: people, programs, the browsers in which they are logged in, and the hub's own secrets. */
export const SHELVES = ['users', 'tokens', 'logins', 'secrets'] as const;

export type Shelf = (typeof SHELVES)[number];

/** A JSON object. The part that owns it knows its shape, and checks it when reading. */
export type VaultRecord = Readonly<Record<string, unknown>>;

/** All records, by shelf and key. */
export type Content = Readonly<Record<Shelf, ReadonlyMap<string, VaultRecord>>>;

/** The records under one key, by shelf. */
export type Found = Readonly<Record<Shelf, VaultRecord | undefined>>;

/** Records of accounts, which outlive the process. No record holds a secret itself, only what is needed to check it. */
export interface Vault {
  /** Where the records are, in words; `undefined` if they are in the data folder. */
  readonly place?: string;
  /** All records as they are at one moment. Rejects with `store/damaged` or `store/unavailable`, as all below. */
  read(): Promise<Content>;
  get(shelf: Shelf, key: string): Promise<VaultRecord | undefined>;
  /** Stores a record, replacing one with the same key; resolves once it would survive a power cut. */
  put(shelf: Shelf, key: string, record: VaultRecord): Promise<void>;
  /** Stores what `change` returns, if anything, provided that no one changes the records under the key meanwhile; resolves to whether it did. May call it again. */
  update(shelf: Shelf, key: string, change: (found: Found) => VaultRecord | undefined): Promise<boolean>;
  /** Removes the records under the keys, in one write; resolves to whether there were any. */
  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean>;
  /** Hot. Emits after each change, including those of other processes. Completes when the vault is closed. */
  readonly changed$: Observable<void>;
  close(): Promise<void>;
}

/** Records that can be changed, by shelf and key. */
export type Shelves = Readonly<Record<Shelf, Map<string, VaultRecord>>>;

function forEachShelf<T>(make: (shelf: Shelf) => T): Readonly<Record<Shelf, T>> {
  const values = SHELVES.map((shelf) => [shelf, make(shelf)]);
  return Object.fromEntries(values) as Readonly<Record<Shelf, T>>;
}

/** The records on new shelves. */
export function copyShelves(content: Readonly<Record<Shelf, Iterable<[string, VaultRecord]>>>): Shelves {
  return forEachShelf((shelf) => new Map(content[shelf]));
}

/** The records under a key. */
export function findUnder(content: Content, key: string): Found {
  return forEachShelf((shelf) => content[shelf].get(key));
}

/** Removes records from a shelf; returns whether there were any. */
export function removeFrom(shelf: Map<string, VaultRecord>, keys: readonly string[]): boolean {
  return keys.filter((key) => shelf.delete(key)).length > 0;
}
