import type { HubError } from '../../core/error.ts';
import { isDiskFull, toStorageError } from '../../files/files.ts';
import { ChangeLog, type ChangeLogOptions } from './change-log.ts';
import { DISK, type Disk } from './disk.ts';
import { Generations } from './generations.ts';
import { type Damage, type Recovered, recover } from './recovery.ts';
import { removeDrafts } from './state-files.ts';
import { createTables, type TableDefinitions, type Tables } from './table.ts';
import { findUpgradePath, type Schema, type UpgradePath, unknownVersion } from './upgrade-path.ts';

export interface DatabaseOptions<D extends TableDefinitions>
  extends Pick<ChangeLogOptions, 'durability' | 'onFlush' | 'onCommit'> {
  readonly folder: string;
  /** Default: the real one. */
  readonly disk?: Disk;
  readonly schema: Schema<D>;
  /** Called when changes can no longer be kept, and with `undefined` when they can again. */
  readonly onFailure?: (failure: HubError | undefined) => void;
  /** Called when a new base cannot be written, so that the log grows, and with `undefined` when one was written. */
  readonly onStuck?: (failure: HubError | undefined) => void;
  readonly timing?: Partial<DatabaseTiming>;
  /** The salt of a new file, 32 bits that cannot be guessed. Default: random. */
  readonly createSalt?: () => number;
}

const DEFAULT_TIMING = {
  /** How long written changes may wait to be flushed, milliseconds. */
  flushMs: 5_000,
  /** How long to wait before another attempt after a failure, milliseconds. */
  retryMs: 5_000,
  /** A log up to this length does not justify a new base, bytes. */
  smallLogBytes: 2 ** 20,
};

export type DatabaseTiming = Readonly<typeof DEFAULT_TIMING>;

/** Tables in memory; every change goes to a log. The state is a base and the log since then. Once the log is longer, a new base is written. */
export class Database<D extends TableDefinitions> {
  readonly tables: Tables<D>;
  readonly log: ChangeLog;
  readonly #options: DatabaseOptions<D>;
  readonly #timing: DatabaseTiming;
  readonly #disk: Disk;
  readonly #generations: Generations;
  readonly #closing = new AbortController();
  #damages: readonly Damage[] = [];
  #closed: Promise<void> | undefined;
  #compaction: Promise<void> | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #stuck: HubError | undefined;

  constructor(options: DatabaseOptions<D>) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#disk = options.disk ?? DISK;
    this.log = new ChangeLog({
      ...options,
      flushMs: this.#timing.flushMs,
      onWritten: () => this.#onWritten(),
      onFault: (cause) => this.#fail(cause),
    });
    this.tables = createTables(options.schema.tables, () => this.log.beginChange());
    this.#generations = new Generations({
      disk: this.#disk,
      folder: options.folder,
      version: options.schema.version,
      tables: Object.values(this.tables),
      log: this.log,
      signal: this.#closing.signal,
      createSalt: options.createSalt,
    });
  }

  /** The present fault of the disk: nothing can be kept, or no new base can be written. */
  get trouble(): HubError | undefined {
    return this.log.failure ?? this.#stuck;
  }

  /** Resolves when no new base is being written, whether the last one succeeded or not. */
  get settled(): Promise<void> {
    return this.#compaction ?? Promise.resolve();
  }

  /**
   * Reads the folder, which no other process may be using. Resolves to its damages: the rest is used, and damaged files are kept under another name.
   * A full disk does not matter: changes fail until there is room. Rejects with `store/damaged` if nothing can be recognized, and with
   * `store/unavailable`.
   */
  async open(): Promise<readonly Damage[]> {
    const { folder } = this.#options;
    try {
      removeDrafts(this.#disk, folder);
      return await this.#open();
    } catch (error) {
      this.#stop();
      await this.log.close().catch((cause: unknown) => cause); // The first error is the one to report.
      this.#generations.discardUnlinked();
      throw toStorageError(folder, error);
    }
  }

  /** Flushes all changes. Rejects with `store/unavailable` if some are lost. Further calls return the same promise. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#options.onFlush?.();
    this.#stop();
    await this.#compaction;
    const { failure } = this.log;
    await this.log.close().catch((error: unknown) => {
      throw toStorageError(this.#options.folder, error);
    });
    this.#generations.discardUnlinked();
    if (failure) throw failure;
  }

  #stop(): void {
    this.#closing.abort();
    clearTimeout(this.#retryTimer);
  }

  async #open(): Promise<readonly Damage[]> {
    const { folder, schema } = this.#options;
    let path: UpgradePath | undefined;
    const recovered = recover(this.#disk, folder, (version) => {
      path = findUpgradePath(version, schema, this.tables);
      if (path) return path.apply;
      throw unknownVersion(folder, version, schema.version);
    });
    path?.upgrade();
    this.#damages = recovered?.damages ?? [];
    await this.#goOn(recovered).catch((error: unknown) => {
      if (!isDiskFull(error)) throw error;
      this.#fail(error);
    });
    return this.#damages;
  }

  /** Prepares the files for changes. Everything that was read stays readable until new files hold it. */
  async #goOn(recovered: Recovered | undefined): Promise<void> {
    if (recovered) this.#generations.know(recovered);
    const isCurrent = recovered?.version === this.#options.schema.version && this.#damages.length === 0;
    const logs = isCurrent ? recovered.logs : [];
    if (logs.length > 0) await this.#generations.resume(logs);
    else await this.#generations.renew();
    await this.#generations.removeEarlier(this.#damages);
    if (logs.length > 1) this.#compactSoon();
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
      await this.#generations.renew();
    } catch (error) {
      this.#onCompactionFailed(error);
      return;
    }
    if (hadFailed && !this.log.failure) this.#options.onFailure?.(undefined);
    // Files that cannot be removed now are removed after the next base. They do not justify a base of their own.
    await this.#generations.removeEarlier(this.#damages).then(
      () => this.#setStuck(undefined),
      (error: unknown) => this.#setStuck(error),
    );
  }

  /** Called when a new base has failed. The earlier files remain as good as before, unless something is missing in them. */
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
