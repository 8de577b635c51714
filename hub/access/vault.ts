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
