import { writeBaseFile } from './base-file.ts';
import type { ChangeLog } from './change-log.ts';
import type { Disk } from './disk.ts';
import { toFrame } from './frame.ts';
import { createHeader } from './frame-file.ts';
import type { Damage } from './log-chain.ts';
import { LogFile } from './log-file.ts';
import type { Recovered } from './recovery.ts';
import { damagedPath, listStateFiles, statePath } from './state-files.ts';
import type { Table } from './table.ts';

interface GenerationsOptions {
  readonly disk: Disk;
  readonly folder: string;
  /** The version of the schema. */
  readonly version: number;
  readonly log: ChangeLog;
  /** Stops what is under way where it is aborted. */
  readonly signal: AbortSignal;
}

/**
 * The files that hold the state, a base and the log of what was done since, and how they are begun anew: first the log of the next
 * generation, then its base, while changes go to that log already; then the earlier ones go. All reject with what the file system says.
 */
export class Generations {
  readonly #options: GenerationsOptions;
  /** The present one: that of the log to which changes go. */
  #number = 0;
  #baseBytes = 0;
  /** Whether it has a base yet. */
  #hasBase = false;
  /** Whether its log goes on from the one before, and can be read without a base of its own. */
  #isLinked = false;

  constructor(options: GenerationsOptions) {
    this.#options = options;
  }

  /** How long the last base is that was written, bytes. */
  get baseBytes(): number {
    return this.#baseBytes;
  }

  /** Is told what there is in the folder. */
  know({ generation, baseBytes }: Recovered): void {
    this.#number = generation;
    this.#baseBytes = baseBytes;
  }

  /** Goes on with the last files, of which the log is whole so far. Resolves when all in it would outlive a power cut. */
  async resume(logBytes: number): Promise<void> {
    const { disk, folder, log } = this.#options;
    const file = LogFile.resume(disk, statePath(folder, this.#number, 'log'), logBytes);
    this.#hasBase = true;
    log.goOn({ file, seed: this.#number });
    await file.flush(); // Who was killed before may have written it, and told nobody; whoever asks now is told.
  }

  /** Writes the state anew. Tried again after a failure, it goes on with the log that was begun then. */
  async renew(tables: readonly Table<unknown, unknown>[]): Promise<void> {
    const { disk, folder, version, log, signal } = this.#options;
    const file = this.#hasBase || !log.file || log.file.isBroken ? this.#beginLog() : log.file;
    this.#baseBytes = await writeBaseFile({
      disk,
      path: statePath(folder, this.#number, 'base'),
      generation: this.#number,
      version,
      tables,
      signal,
      // What the base holds of changes on the way must be in the log by the time that the base counts.
      beforeNaming: async () => {
        log.commit();
        if (file.isBroken) throw new Error('a change on the way could not be written');
        await file.flush();
      },
    });
    this.#hasBase = true;
    await log.forgetEarlier();
  }

  /** Does away with earlier files: all is in the present ones. Those that are damaged are kept beside. */
  async removeEarlier(damages: readonly Damage[]): Promise<void> {
    const { disk, folder } = this.#options;
    const damaged = new Set(damages.map(({ path }) => path));
    for (const { number, path } of listStateFiles(disk, folder)) {
      if (number >= this.#number) continue;
      if (damaged.has(path)) await this.#keepBeside(path);
      else disk.remove(path);
    }
  }

  /** Does away with a log that was begun, and means nothing without the base that it has not got. */
  discardUnlinked(): void {
    const { disk, folder } = this.#options;
    if (!this.#hasBase && !this.#isLinked && this.#number > 0)
      disk.remove(statePath(folder, this.#number, 'log'));
  }

  async #keepBeside(path: string): Promise<void> {
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
    const header = createHeader({ kind: 'log', version, ...(isLinked && { follows: before.size }) });
    const file = LogFile.create(disk, statePath(folder, number, 'log'), toFrame(header, number));
    if (before?.isBroken) this.discardUnlinked();
    log.goOn({ file, seed: number });
    this.#number = number;
    this.#hasBase = false;
    this.#isLinked = isLinked;
    return file;
  }
}
