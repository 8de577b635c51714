import type { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { ByteWriter } from './bytes.ts';
import type { ChangeLog } from './change-log.ts';
import type { Disk, DiskFile } from './disk.ts';
import { FRAME_HEADER_BYTES, sealFrame } from './frame.ts';
import { LogFile } from './log-file.ts';
import { type Damage, type Recovered, toHeaderFrame, type WholeLog } from './recovery.ts';
import { damagedPath, listStateFiles, removeIfPossible, statePath } from './state-files.ts';
import type { Table } from './table.ts';

/** Operations of a base are collected into frames of about this many bytes; other work of the process runs after each. */
const FRAME_BYTES = 64 * 2 ** 10;

interface GenerationsOptions {
  readonly disk: Disk;
  readonly folder: string;
  readonly version: number;
  readonly tables: readonly Table<unknown, unknown>[];
  readonly log: ChangeLog;
  /** Stops the work under way when it is aborted. */
  readonly signal: AbortSignal;
  /** A new file's salt, 32 random bits. Default: from the system's generator. */
  readonly createSalt?: (() => number) | undefined;
}

/** The files of the state: a base, and the log since then. A new log comes first, then its base, then earlier files are removed. */
export class Generations {
  readonly #options: GenerationsOptions;
  readonly #createSalt: () => number;
  /** The generation of the log that receives changes. */
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

  get baseBytes(): number {
    return this.#baseBytes;
  }

  /** Takes over the files found in the folder, and removes meaningless ones. */
  know({ generation, baseBytes, leftovers }: Recovered): void {
    this.#number = generation;
    this.#baseBytes = baseBytes;
    this.#isLinked = true;
    for (const path of leftovers) this.#options.disk.remove(path);
  }

  /** Continues with logs that were found whole. Resolves when everything in them survives a power cut: what is read may be acknowledged. */
  async resume(logs: readonly WholeLog[]): Promise<void> {
    const { disk, folder, log } = this.#options;
    for (const { number, bytes, seed } of logs)
      log.goOn({ file: LogFile.resume(disk, statePath(folder, number, 'log'), bytes), seed });
    this.#hasBase = logs.length === 1;
    await log.flushFiles();
  }

  /** Writes a new base. Called again after a failure, it keeps the log that was begun then. */
  async renew(): Promise<void> {
    const { log } = this.#options;
    const file = this.#hasBase || !log.file || log.file.isBroken ? this.#beginLog() : log.file;
    this.#baseBytes = await this.#writeBase(file);
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
      if (damaged.has(path)) {
        disk.rename(path, damagedPath(path));
        await disk.syncFolderOf(path);
      } else disk.remove(path);
    }
  }

  /** Removes the present log if it is meaningless without the base that it needs. */
  discardUnlinked(): void {
    const { disk, folder, log } = this.#options;
    if (log.file && !this.#hasBase && !this.#isLinked)
      removeIfPossible(disk, statePath(folder, this.#number, 'log'));
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

  /**
   * Writes the base; resolves to its length, bytes. The base includes some of the changes made meanwhile, so all these must be in the log before the base
   * counts.
   */
  async #writeBase(logFile: LogFile): Promise<number> {
    const { disk, folder, log } = this.#options;
    const path = statePath(folder, this.#number, 'base');
    const draft = `${path}.new`;
    try {
      const file = disk.open(draft, 'create');
      const size = await this.#writeFrames(file).finally(() => file.close());
      log.commit();
      if (logFile.isBroken) throw new Error('a pending change could not be written');
      await logFile.flush();
      disk.rename(draft, path);
      await disk.syncFolderOf(path);
      return size;
    } catch (error) {
      removeIfPossible(disk, draft);
      throw error;
    }
  }

  async #writeFrames(file: DiskFile): Promise<number> {
    let size = 0;
    for (const frame of this.#frames(this.#createSalt())) {
      this.#options.signal.throwIfAborted();
      for (let at = 0; at < frame.length; ) at += await file.write(frame.subarray(at), size + at);
      size += frame.length;
    }
    await file.flush();
    return size;
  }

  /** The frames of a base. Each frame is valid until the next one is requested. */
  *#frames(salt: number): Generator<Buffer> {
    const { version, tables } = this.#options;
    const writer = new ByteWriter();
    const seal = () => {
      sealFrame(writer.bytes, salt);
      return writer.bytes;
    };
    const parts = tables.map((table) => table.writeAll(writer));
    yield toHeaderFrame({ kind: 'base', version, salt }, this.#number);
    writer.skip(FRAME_HEADER_BYTES);
    for (const part of parts) {
      for (const _ of part) {
        if (writer.length < FRAME_BYTES) continue;
        yield seal();
        writer.clear();
        writer.skip(FRAME_HEADER_BYTES);
      }
    }
    if (writer.length > FRAME_HEADER_BYTES) yield seal();
    yield toHeaderFrame({ kind: 'end', version }, salt);
  }
}
