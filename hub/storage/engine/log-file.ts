import type { Buffer } from 'node:buffer';
import type { Disk, DiskFile } from './disk.ts';
import { removeIfPossible } from './state-files.ts';

/** A file to which frames are appended. All methods throw, or reject with, the file system's error. */
export class LogFile {
  readonly path: string;
  readonly #disk: Disk;
  readonly #file: DiskFile;
  #size: number;
  /** 0 until the file's name is flushed too, also for a resumed file: its last writer may have died before it flushed either. */
  #flushed = 0;
  #isBroken = false;
  /** The error of a failed flush. No flush is tried again: the system has dropped what it could not write, and would report success. */
  #fault: { readonly cause: unknown } | undefined;
  #isClosed = false;
  #flushing: Promise<void> | undefined;

  private constructor(disk: Disk, path: string, file: DiskFile, size: number) {
    this.#disk = disk;
    this.path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Creates a file, replacing one of that name. Leaves none if its first frame cannot be written. */
  static create(disk: Disk, path: string, firstFrame: Buffer): LogFile {
    const log = new LogFile(disk, path, disk.open(path, 'create'), 0);
    try {
      log.append(firstFrame);
      return log;
    } catch (error) {
      log.#file.close();
      removeIfPossible(disk, path);
      throw error;
    }
  }

  /** Continues a file after its first `size` bytes; the rest is cut off. */
  static resume(disk: Disk, path: string, size: number): LogFile {
    const file = disk.open(path, 'change');
    try {
      file.truncate(size);
      return new LogFile(disk, path, file, size);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The length of the file, bytes. */
  get size(): number {
    return this.#size;
  }

  /** Whether something is missing at the end of the file, so that nothing may be appended any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Hands a frame to the operating system: from then on it survives this process, but not yet a power cut. */
  append(frame: Buffer): void {
    try {
      for (let at = 0; at < frame.length; )
        at += this.#file.writeSync(at === 0 ? frame : frame.subarray(at), this.#size + at);
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    this.#size += frame.length;
  }

  /** Resolves when everything that was appended before the call survives a power cut. Does nothing if the file is closed. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    if (this.#fault) throw this.#fault.cause;
    if (this.#isClosed || this.#flushed >= this.#size) return;
    this.#flushing = this.#flush().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#flushing?.catch((error: unknown) => error); // The caller of the flush gets its error.
    this.#file.close();
  }

  async #flush(): Promise<void> {
    const size = this.#size;
    try {
      await this.#file.flush();
      if (this.#flushed === 0) await this.#disk.syncFolderOf(this.path);
    } catch (error) {
      this.#isBroken = true;
      this.#fault = { cause: error };
      throw error;
    }
    this.#flushed = size;
  }
}
