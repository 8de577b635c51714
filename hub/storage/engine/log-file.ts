import type { Buffer } from 'node:buffer';
import type { Disk, DiskFile } from './disk.ts';

/** A file to which frames are appended. All throw, or reject with, what the file system says. */
export class LogFile {
  readonly #disk: Disk;
  readonly #path: string;
  readonly #file: DiskFile;
  #size: number;
  /** Nothing, of a file that is gone on with: who wrote it may have been killed before it was flushed, or before its name was. */
  #flushed = 0;
  #isNamed = false;
  #isBroken = false;
  /** Why it could not be flushed. What could not be written is gone from the cache too: asked again, the system would say that all is well. */
  #fault: { readonly cause: unknown } | undefined;
  #isClosed = false;
  #flushing: Promise<void> | undefined;

  private constructor(disk: Disk, path: string, file: DiskFile, size: number) {
    this.#disk = disk;
    this.#path = path;
    this.#file = file;
    this.#size = size;
  }

  /** Begins a file, in the place of one that there may be. */
  static create(disk: Disk, path: string, firstFrame: Buffer): LogFile {
    const log = new LogFile(disk, path, disk.open(path, 'create'), 0);
    try {
      log.append(firstFrame);
      return log;
    } catch (error) {
      log.#file.close();
      throw error;
    }
  }

  /** Goes on with a file; what is behind its first `size` bytes is cut off. */
  static resume(disk: Disk, path: string, size: number): LogFile {
    const log = new LogFile(disk, path, disk.open(path, 'change'), size);
    log.#file.truncate(size);
    return log;
  }

  get path(): string {
    return this.#path;
  }

  /** How long it is, bytes. */
  get size(): number {
    return this.#size;
  }

  /** Whether something is missing at its end: nothing more is to be appended. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Hands a frame to the operating system: from then on it outlives this process, but not yet a power cut. */
  append(frame: Buffer): void {
    try {
      for (let at = 0; at < frame.length; ) {
        at += this.#file.writeSync(at === 0 ? frame : frame.subarray(at), this.#size + at);
      }
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    this.#size += frame.length;
  }

  /** Waits until all that was appended before the call would outlive a power cut. Does nothing where it is closed. */
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
    await this.#flushing?.catch((error: unknown) => error); // Whoever had it flushed hears of it.
    this.#file.close();
  }

  async #flush(): Promise<void> {
    const size = this.#size;
    try {
      await this.#file.flush();
      if (!this.#isNamed) await this.#disk.syncFolderOf(this.#path);
    } catch (error) {
      this.#isBroken = true;
      this.#fault = { cause: error };
      throw error;
    }
    this.#isNamed = true;
    this.#flushed = size;
  }
}
