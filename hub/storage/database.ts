import { basename, join } from 'node:path';
import type { HubError } from '../core/error.ts';
import { writeBaseFile } from './base-file.ts';
import { ChangeLog, type Durability } from './change-log.ts';
import type { Damage } from './damage.ts';
import { DISK, type Disk } from './disk.ts';
import { toFrame } from './frame.ts';
import { createHeader } from './header.ts';
import { LogFile } from './log-file.ts';
import { recover } from './recovery.ts';
import { listStateFiles, removeDrafts, statePath } from './state-files.ts';
import { toStorageError } from './storage-fault.ts';
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
  /** Told when nothing can be kept any more, and, with `undefined`, when it can again. */
  readonly onFailure?: (failure: HubError | undefined) => void;
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
  readonly #closing = new AbortController();
  #generation = 0;
  #baseBytes = 0;
  #compaction: Promise<void> | undefined;
  #retryTimer: NodeJS.Timeout | undefined;

  constructor(options: DatabaseOptions<D>) {
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#disk = options.disk ?? DISK;
    this.log = new ChangeLog({
      durability: options.durability,
      flushMs: this.#timing.flushMs,
      onFlush: () => this.#onFlush(),
      onFault: (cause) => this.#fail(cause),
    });
    this.tables = createTables(options.schema.tables, () => this.log.tell());
  }

  /**
   * Reads what there is in the folder, which nobody else may be using. Resolves to what of it is damaged; that is kept beside, and the
   * rest is used. Rejects with `store/damaged` where nothing can be recognised, and `store/unavailable`.
   */
  async open(): Promise<readonly Damage[]> {
    const { folder, schema } = this.#options;
    try {
      removeDrafts(this.#disk, folder);
      const path = new UpgradePath(folder, schema, this.tables);
      const recovered = recover(this.#disk, folder, (version) => path.begin(version));
      path.complete();
      this.#generation = recovered?.generation ?? 0;
      this.#baseBytes = recovered?.baseBytes ?? 0;
      const { damages = [], logBytes } = recovered ?? {};
      const isCurrent = recovered?.version === schema.version && damages.length === 0;
      if (isCurrent && logBytes !== undefined) this.#resume(logBytes);
      else await this.#compact(damages);
      return damages;
    } catch (error) {
      throw toStorageError(folder, error);
    }
  }

  /** Keeps all that was told. Rejects with `store/unavailable` where that cannot be. */
  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#onFlush();
    this.#closing.abort();
    clearTimeout(this.#retryTimer);
    await this.#compaction;
    const { failure } = this.log;
    await this.log.close().catch((error: unknown) => {
      throw toStorageError(this.#options.folder, error);
    });
    if (failure) throw failure;
  }

  #resume(logBytes: number): void {
    const path = statePath(this.#options.folder, this.#generation, 'log');
    this.log.goOn({ file: LogFile.resume(this.#disk, path, logBytes), seed: this.#generation });
  }

  #onFlush(): void {
    this.#options.onFlush?.();
    const bytes = this.log.file?.size ?? 0;
    if (bytes > Math.max(this.#timing.smallLogBytes, this.#baseBytes)) this.#compactSoon();
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
    this.#compaction = this.#compact([])
      .catch((error: unknown) => this.#onCompactionFailed(error))
      .finally(() => {
        this.#compaction = undefined;
      });
  }

  /** The files of before are as good as they were, unless something was missing in them already. */
  #onCompactionFailed(error: unknown): void {
    if (this.#closing.signal.aborted) return;
    if (this.log.file?.isBroken) this.#fail(error);
    else this.#retryLater();
  }

  /** Writes the state anew, to files of the next generation, and does away with the earlier ones; those that are damaged are kept beside. */
  async #compact(damages: readonly Damage[]): Promise<void> {
    const { folder, schema } = this.#options;
    const file = this.#beginLog();
    this.#baseBytes = await writeBaseFile({
      disk: this.#disk,
      path: statePath(folder, this.#generation, 'base'),
      generation: this.#generation,
      version: schema.version,
      tables: Object.values(this.tables),
      signal: this.#closing.signal,
      // What the base holds of changes on the way must be in the log by the time that the base counts.
      beforeNaming: async () => {
        this.log.commit();
        if (file.isBroken) throw new Error('a change on the way could not be written');
        await file.flush();
      },
    });
    const hadFailed = this.log.failure !== undefined;
    await this.log.forgetEarlier();
    if (hadFailed && !this.log.failure) this.#options.onFailure?.(undefined);
    removeEarlier(this.#disk, folder, this.#generation, damages);
  }

  #beginLog(): LogFile {
    this.log.commit();
    const before = this.log.file;
    const follows = before && !before.isBroken ? { follows: before.size } : {};
    const generation = this.#generation + 1;
    const header = createHeader({ kind: 'log', version: this.#options.schema.version, ...follows });
    const path = statePath(this.#options.folder, generation, 'log');
    const file = LogFile.create(this.#disk, path, toFrame(header, generation));
    this.#generation = generation;
    this.log.goOn({ file, seed: generation });
    return file;
  }
}

function removeEarlier(disk: Disk, folder: string, generation: number, damages: readonly Damage[]): void {
  const damaged = new Set(damages.map(({ path }) => path));
  for (const { number, path } of listStateFiles(disk, folder)) {
    if (number >= generation) continue;
    if (damaged.has(path)) disk.rename(path, join(folder, `damaged-${basename(path)}`));
    else disk.remove(path);
  }
}
