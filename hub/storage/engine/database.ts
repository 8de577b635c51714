import type { HubError } from '../../core/error.ts';
import { toStorageError } from '../../files/storage-fault.ts';
import { ChangeLog } from './change-log.ts';
import { DISK, type Disk } from './disk.ts';
import type { Durability } from './flusher.ts';
import { Generations } from './generations.ts';
import type { Damage } from './log-chain.ts';
import { recover } from './recovery.ts';
import { removeDrafts } from './state-files.ts';
import { createTables, type TableDefinitions, type Tables } from './table.ts';
import { type Schema, UpgradePath } from './upgrade-path.ts';

export interface DatabaseOptions<D extends TableDefinitions> {
  readonly folder: string;
  /** Default: the one that there is. */
  readonly disk?: Disk;
  readonly schema: Schema<D>;
  readonly durability: Durability;
  /** Called before what was changed is flushed to the disk, to change more. */
  readonly onFlush?: () => void;
  /** Called before the changes of a turn are written, to add to them. */
  readonly onCommit?: () => void;
  /** Told when nothing can be kept any more, and, with `undefined`, when it can again. */
  readonly onFailure?: (failure: HubError | undefined) => void;
  /** Told when all is kept, but the log grows, as the state cannot be written anew; and, with `undefined`, when it was. */
  readonly onStuck?: (failure: HubError | undefined) => void;
  readonly timing?: Partial<DatabaseTiming>;
}

export interface DatabaseTiming {
  /** How long what outlives the process may wait to outlive a power cut too, milliseconds. */
  readonly flushMs: number;
  /** How long to wait before what has failed is tried again, milliseconds. */
  readonly retryMs: number;
  /** The longest log that is never worth writing the state anew, bytes. */
  readonly smallLogBytes: number;
}

const DEFAULT_TIMING: DatabaseTiming = { flushMs: 5_000, retryMs: 5_000, smallLogBytes: 2 ** 20 };

/**
 * Tables in memory whose every change goes to a log. The state is a base and the log of what was done since; once the log is longer
 * than the base, both are begun anew.
 */
export class Database<D extends TableDefinitions> {
  readonly tables: Tables<D>;
  readonly log: ChangeLog;
  readonly #options: DatabaseOptions<D>;
  readonly #timing: DatabaseTiming;
  readonly #disk: Disk;
  readonly #generations: Generations;
  readonly #closing = new AbortController();
  #closed: Promise<void> | undefined;
  #compaction: Promise<void> | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #stuck: HubError | undefined;

  constructor(options: DatabaseOptions<D>) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#disk = options.disk ?? DISK;
    this.log = new ChangeLog({
      durability: options.durability,
      flushMs: this.#timing.flushMs,
      onFlush: () => options.onFlush?.(),
      onCommit: () => options.onCommit?.(),
      onWritten: () => this.#onWritten(),
      onFault: (cause) => this.#fail(cause),
    });
    this.#generations = new Generations({
      disk: this.#disk,
      folder: options.folder,
      version: options.schema.version,
      log: this.log,
      signal: this.#closing.signal,
    });
    this.tables = createTables(options.schema.tables, () => this.log.tell());
  }

  /** What is wrong with the disk now: nothing can be kept, or only the log goes on. */
  get trouble(): HubError | undefined {
    return this.log.failure ?? this.#stuck;
  }

  /** Resolves when the state is not being written anew, or no more, however that went. */
  get settled(): Promise<void> {
    return this.#compaction ?? Promise.resolve();
  }

  /**
   * Reads what there is in the folder, which nobody else may be using. Resolves to what of it is damaged; that is kept beside, and the
   * rest is used. Rejects with `store/damaged` where nothing can be recognised, and `store/unavailable`.
   */
  async open(): Promise<readonly Damage[]> {
    const { folder } = this.#options;
    try {
      removeDrafts(this.#disk, folder);
      return await this.#open();
    } catch (error) {
      await this.log.close().catch((cause: unknown) => cause); // It is the first fault that is told.
      this.#generations.discardUnlinked();
      throw toStorageError(folder, error);
    }
  }

  /** Keeps all that was told. Rejects with `store/unavailable` where that cannot be. However often it is called, it is done once. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#options.onFlush?.();
    this.#closing.abort();
    clearTimeout(this.#retryTimer);
    await this.#compaction;
    const { failure } = this.log;
    await this.log.close().catch((error: unknown) => {
      throw toStorageError(this.#options.folder, error);
    });
    if (failure) throw failure;
  }

  async #open(): Promise<readonly Damage[]> {
    const { folder, schema } = this.#options;
    const path = new UpgradePath(folder, schema, this.tables);
    const recovered = recover(this.#disk, folder, (version) => path.begin(version));
    path.complete();
    if (recovered) this.#generations.know(recovered);
    const { damages = [], logBytes } = recovered ?? {};
    const isCurrent = recovered?.version === schema.version && damages.length === 0;
    if (isCurrent && logBytes !== undefined) await this.#generations.resume(logBytes);
    else await this.#generations.renew(Object.values(this.tables));
    await this.#generations.removeEarlier(damages);
    return damages;
  }

  #onWritten(): void {
    const bytes = this.log.file?.size ?? 0;
    if (bytes > Math.max(this.#timing.smallLogBytes, this.#generations.baseBytes)) this.#compactSoon();
  }

  #fail(cause: unknown): void {
    this.#retryLater();
    if (this.log.failure) return;
    const failure = toStorageError(this.#options.folder, cause);
    this.#options.onFailure?.(failure);
    this.log.fail(failure);
  }

  #retryLater(): void {
    this.#retryTimer ??= setTimeout(() => {
      this.#retryTimer = undefined;
      this.#compactSoon();
    }, this.#timing.retryMs).unref();
  }

  #compactSoon(): void {
    if (this.#compaction || this.#retryTimer || this.#closing.signal.aborted) return;
    this.#compaction = this.#compact().finally(() => {
      this.#compaction = undefined;
    });
  }

  async #compact(): Promise<void> {
    const hadFailed = this.log.failure !== undefined;
    try {
      await this.#generations.renew(Object.values(this.tables));
    } catch (error) {
      this.#onCompactionFailed(error);
      return;
    }
    if (hadFailed && !this.log.failure) this.#options.onFailure?.(undefined);
    // Files that cannot be removed are tried again with the next ones: the state need not be written anew for that.
    await this.#generations.removeEarlier([]).then(
      () => this.#setStuck(undefined),
      (error: unknown) => this.#setStuck(error),
    );
  }

  /** The files of before are as good as they were, unless something was missing in them already. */
  #onCompactionFailed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (this.log.file?.isBroken) this.#fail(error);
    else this.#retryLater();
    if (!this.log.failure) this.#setStuck(error);
  }

  #setStuck(cause: unknown): void {
    if ((cause === undefined) === (this.#stuck === undefined)) return;
    this.#stuck = cause === undefined ? undefined : toStorageError(this.#options.folder, cause);
    this.#options.onStuck?.(this.#stuck);
  }
}
