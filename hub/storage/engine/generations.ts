import { randomBytes } from 'node:crypto';
import { writeBaseFile } from './base-file.ts';
import type { ChangeLog } from './change-log.ts';
import type { Disk } from './disk.ts';
import { toHeaderFrame } from './frame-file.ts';
import { LogFile } from './log-file.ts';
import type { Damage, Recovered, WholeLog } from './recovery.ts';
import { damagedPath, listStateFiles, removeIfPossible, statePath } from './state-files.ts';
import type { Table } from './table.ts';

interface GenerationsOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** The version of the schema. */
  readonly version: number;
  readonly log: ChangeLog;
  /** Aborting it stops the work under way. */
  readonly signal: AbortSignal;
  /** A new file's salt, 32 random bits. Default: from the system's generator. */
  readonly createSalt?: (() => number) | undefined;
}

/**
 * The files that hold the state: a base, and the log of the changes since. A new generation begins with its log, to which changes go at once;
 * then its base is written; then earlier files are removed. All methods reject with the file system's error.
 */
export class Generations {
  readonly #options: GenerationsOptions;
  readonly #createSalt: () => number;
  /** The generation of the log to which changes go. */
  #number = 0;
  #baseBytes = 0;
  /** Whether the present generation has a base yet. */
  #hasBase = false;
  /** Whether the present log continues the one before, so that it can be read without a base of its own. */
  #isLinked = false;

  constructor(options: GenerationsOptions) {
    this.#options = options;
    this.#createSalt = options.createSalt ?? (() => randomBytes(4).readUInt32LE());
  }

  /** The length of the last base, bytes. */
  get baseBytes(): number {
    return this.#baseBytes;
  }

  /** Takes over the files that were found in the folder, and removes those that mean nothing. */
  know({ generation, baseBytes, leftovers }: Recovered): void {
    this.#number = generation;
    this.#baseBytes = baseBytes;
    this.#isLinked = true;
    for (const path of leftovers) this.#options.disk.remove(path);
  }

  /** Goes on with logs that were found whole. Resolves when everything in them survives a power cut: what is read may be acknowledged. */
  async resume(logs: readonly WholeLog[]): Promise<void> {
    const { disk, folder, log } = this.#options;
    for (const { number, bytes, seed } of logs)
      log.goOn({ file: LogFile.resume(disk, statePath(folder, number, 'log'), bytes), seed });
    this.#hasBase = logs.length === 1;
    await log.flushFiles();
  }

  /** Writes a new base. Called again after a failure, it keeps the log that was begun then. */
  async renew(tables: readonly Table<unknown, unknown>[]): Promise<void> {
    const { disk, folder, version, log, signal } = this.#options;
    const file = this.#hasBase || !log.file || log.file.isBroken ? this.#beginLog() : log.file;
    this.#baseBytes = await writeBaseFile({
      disk,
      path: statePath(folder, this.#number, 'base'),
      generation: this.#number,
      salt: this.#createSalt(),
      version,
      tables,
      signal,
      // The base may hold changes that are not written yet: they must be in the log before the base counts.
      beforeNaming: async () => {
        log.commit();
        if (file.isBroken) throw new Error('a change on the way could not be written');
        await file.flush();
      },
    });
    this.#hasBase = true;
    await log.forgetEarlier();
  }

  /** Removes the files of earlier generations, if the present one has a base. Damaged ones are kept under another name. */
  async removeEarlier(damages: readonly Damage[]): Promise<void> {
    if (!this.#hasBase) return;
    const { disk, folder } = this.#options;
    const damaged = new Set(damages.map(({ path }) => path));
    for (const { number, path } of listStateFiles(disk, folder)) {
      if (number >= this.#number) continue;
      if (damaged.has(path)) await this.#keepDamaged(path);
      else disk.remove(path);
    }
  }

  /** Removes the present log if it means nothing, for lack of the base that it needs. */
  discardUnlinked(): void {
    const { disk, folder, log } = this.#options;
    if (log.file && !this.#hasBase && !this.#isLinked)
      removeIfPossible(disk, statePath(folder, this.#number, 'log'));
  }

  async #keepDamaged(path: string): Promise<void> {
    const { disk } = this.#options;
    disk.rename(path, damagedPath(path));
    await disk.syncFolderOf(path);
  }

  #beginLog(): LogFile {
    const { disk, folder, version, log } = this.#options;
    log.commit();
    const before = log.file;
    const isLinked = before !== undefined && !before.isBroken;
    const number = this.#number + 1;
    const salt = this.#createSalt();
    const follows = isLinked ? { follows: before.size } : {};
    const header = toHeaderFrame({ kind: 'log', version, salt, ...follows }, number);
    const file = LogFile.create(disk, statePath(folder, number, 'log'), header);
    if (before?.isBroken) this.discardUnlinked();
    log.goOn({ file, seed: salt });
    this.#number = number;
    this.#hasBase = false;
    this.#isLinked = isLinked;
    return file;
  }
}
