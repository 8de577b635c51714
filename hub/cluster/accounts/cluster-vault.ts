import { isDeepStrictEqual } from 'node:util';
import { asyncScheduler, firstValueFrom, type SchedulerLike, Subject, timer } from 'rxjs';
import {
  type Content,
  copyShelves,
  type Found,
  findUnder,
  type Shelf,
  type Vault,
  type VaultRecord,
} from '../../access/vault/vault.ts';
import { HubError } from '../../core/error.ts';
import { type Engine, type LogEntry, type SharedLog, UnansweredError } from '../engine.ts';
import { ACCOUNTS_LOG } from '../log-names.ts';
import { unlessAborted } from '../unless-aborted.ts';
import {
  type AccountChange,
  type AccountState,
  createChange,
  encodeChange,
  idOf,
  toChange,
} from './account-changes.ts';
import { AccountReader } from './account-reader.ts';

export interface ClusterVaultOptions {
  readonly engine: Engine;
  readonly scheduler?: SchedulerLike;
  /** The name of the cluster as messages to users show it. */
  readonly place?: string | undefined;
  /** Provides accounts for a cluster that never had any. */
  readonly seed?: Content | undefined;
  /** Ends the wait for servers that do not answer. */
  readonly signal?: AbortSignal | undefined;
  /** The log is rewritten when it has more entries than this and more than two entries per record. Default 1,000. */
  readonly smallEntries?: number;
}

/** How long a change may take while servers elect a leader, and how long to wait before another attempt, milliseconds. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 250;

/**
 * Opens the accounts that all hubs of a cluster share. Each change is appended directly after the last entry that its hub knew; if two hubs
 * change the accounts at once, one of them starts over. Rejects with `store/unavailable` and `store/damaged`.
 */
export async function openClusterVault(options: ClusterVaultOptions): Promise<ClusterVault> {
  const { engine, scheduler = asyncScheduler, signal } = options;
  const log = await patiently(scheduler, () => unlessAborted(engine.log(ACCOUNTS_LOG), signal));
  return ClusterVault.open(log, options);
}

export class ClusterVault implements Vault {
  readonly changed$ = new Subject<void>();
  readonly place: string;
  readonly #log: SharedLog;
  readonly #scheduler: SchedulerLike;
  readonly #entryBytes: number;
  readonly #smallEntries: number;
  readonly #seed: Content | undefined;
  /** When another hub has rewritten the log, a new reader replaces this one once it has read everything. */
  #reader: AccountReader;
  #isClosed = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(log: SharedLog, reader: AccountReader, options: ClusterVaultOptions) {
    const { engine, scheduler = asyncScheduler, seed, smallEntries = 1_000 } = options;
    this.place = options.place ?? 'the cluster';
    this.#log = log;
    this.#scheduler = scheduler;
    this.#entryBytes = Math.floor(engine.maxEntryBytes / 2);
    this.#smallEntries = smallEntries;
    this.#seed = seed;
    this.#reader = reader;
    this.#use(reader);
  }

  static async open(log: SharedLog, options: ClusterVaultOptions): Promise<ClusterVault> {
    const { scheduler = asyncScheduler, seed, signal } = options;
    const reader = await patiently(scheduler, () => unlessAborted(readAll(log, scheduler), signal));
    const vault = new ClusterVault(log, reader, options);
    const change = seed && toChange(seed);
    if (change && change.records.length > 0)
      await vault.#enqueue(() => vault.#place(() => (vault.#state.isUntouched ? change : undefined)));
    return vault;
  }

  /** Whether the cluster has the accounts that were given as the seed. */
  get hasSeed(): boolean {
    return (
      this.#seed !== undefined && isDeepStrictEqual(copyShelves(this.#seed), copyShelves(this.#state.content))
    );
  }

  async read(): Promise<Content> {
    return copyShelves(this.#readable.content);
  }

  async get(shelf: Shelf, key: string): Promise<VaultRecord | undefined> {
    return this.#readable.content[shelf].get(key);
  }

  async put(shelf: Shelf, key: string, record: VaultRecord): Promise<void> {
    const kept = structuredClone(record);
    await this.update(shelf, key, () => kept);
  }

  update(shelf: Shelf, key: string, change: (found: Found) => VaultRecord | undefined): Promise<boolean> {
    return this.#enqueue(async () => {
      let isMade = false;
      await this.#place((content) => {
        const found = findUnder(content, key);
        const record = change(found);
        isMade = record !== undefined;
        if (record === undefined || isDeepStrictEqual(record, found[shelf])) return undefined;
        return createChange([[shelf, key, record]]);
      });
      return isMade;
    });
  }

  delete(shelf: Shelf, ...keys: readonly string[]): Promise<boolean> {
    return this.#enqueue(() =>
      this.#place((content) => {
        const known = keys.filter((key) => content[shelf].has(key));
        return known.length === 0 ? undefined : createChange(known.map((key) => [shelf, key, null]));
      }),
    );
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#last;
    this.#reader.close();
    this.changed$.complete();
  }

  get #state(): AccountState {
    return this.#reader.state;
  }

  /** Returns the state. Throws `store/damaged` if the state may be out of date. */
  get #readable(): AccountState {
    if (this.#reader.failure) throw this.#reader.failure;
    return this.#state;
  }

  /** Runs one change at a time, so that each is based on the present state. */
  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => {
      await this.#patiently(() => catchUp(this.#log, this.#reader));
      return work();
    });
    this.#last = done.catch(() => undefined); // The caller gets the error; the next change must not.
    return done;
  }

  #patiently<T>(work: () => Promise<T>): Promise<T> {
    return patiently(this.#scheduler, work, () => this.#isClosed);
  }

  /** Appends the change that `make` returns, if any; resolves to whether there was one. Starts over if another hub is faster. */
  async #place(make: (content: Content) => AccountChange | undefined): Promise<boolean> {
    for (;;) {
      const change = make(this.#readable.content);
      if (change === undefined) return false;
      if (!(await this.#append(change))) continue;
      await this.#compact().catch(() => undefined); // The next change tries again.
      return true;
    }
  }

  /** Appends a change after the last known entry; resolves to false if another hub was faster. */
  async #append(change: AccountChange): Promise<boolean> {
    for (const bytes of encodeChange(change, this.#entryBytes)) {
      if (this.#state.recent.has(change.id)) return true;
      const entry = { sequence: this.#reader.position + 1, bytes };
      if (!(await this.#patiently(() => this.#appendEntry(entry, change.id)))) return false;
    }
    return true;
  }

  async #appendEntry(entry: LogEntry, id: string): Promise<boolean> {
    const outcome = await this.#log.append(entry.bytes, entry.sequence - 1);
    if (outcome.kind === 'full') throw new HubError('store/unavailable', outcome.reason);
    if (outcome.kind === 'appended') {
      this.#reader.take(entry);
      return true;
    }
    // An earlier attempt without an answer may have succeeded.
    const taken = await this.#log.read(entry.sequence);
    if (taken) {
      this.#reader.take(taken);
      return idOf(taken.bytes) === id;
    }
    this.#use(await readAll(this.#log, this.#scheduler));
    return this.#state.recent.has(id);
  }

  #use(reader: AccountReader): void {
    if (reader !== this.#reader) this.#reader.close();
    this.#reader = reader;
    reader.changed$.subscribe(() => this.changed$.next());
    reader.lost$.subscribe(() => void this.#replace());
  }

  async #replace(): Promise<void> {
    while (!this.#isClosed) {
      const reader = await this.#patiently(() => readAll(this.#log, this.#scheduler)).catch(() => undefined);
      if (reader && this.#isClosed) return reader.close();
      if (reader) {
        this.#use(reader);
        return this.changed$.next();
      }
      await firstValueFrom(timer(RETRY_MS, this.#scheduler)); // A pause, as the log may hold something that this version cannot read.
    }
  }

  /** Rewrites the log at its end, and removes the older entries. If another hub makes a change meanwhile, the next change tries again. */
  async #compact(): Promise<void> {
    const { first } = await this.#log.range();
    const change = toChange(this.#state.content, [...this.#state.recent]);
    const entries = this.#reader.position - first + 1;
    if (entries <= Math.max(this.#smallEntries, 2 * change.records.length)) return;
    const begin = this.#reader.position + 1;
    if (await this.#append(change)) await this.#log.trim(begin);
  }
}

/** Reads the log from its first entry to its last. */
async function readAll(log: SharedLog, scheduler: SchedulerLike): Promise<AccountReader> {
  const { first } = await log.range();
  const reader = new AccountReader(log, first, scheduler);
  try {
    await catchUp(log, reader);
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

/** Resolves once the reader has everything that is in the log now. */
async function catchUp(log: SharedLog, reader: AccountReader): Promise<void> {
  const { last } = await log.range();
  await reader.reach(last);
}

/** Waits while servers elect a leader. */
async function patiently<T>(
  scheduler: SchedulerLike,
  work: () => Promise<T>,
  isOver = () => false,
): Promise<T> {
  const endsAt = scheduler.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UnansweredError) || isOver() || scheduler.now() > endsAt) throw error;
    }
    await firstValueFrom(timer(RETRY_MS, scheduler));
  }
}
