import type { Buffer } from 'node:buffer';
import { closeSync, fdatasync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { syncFolder } from '../files/sync-folder.ts';

const flushFile = promisify(fdatasync);

/** A file to which frames are appended. All throw, or reject with, what the file system says. */
export class LogFile {
  readonly #path: string;
  readonly #file: number;
  #size: number;
  #flushed: number;
  #isBroken = false;
  #isClosed = false;
  #flushing: Promise<void> | undefined;
  /** Whether its name would outlive a power cut. */
  #isNamed: boolean;

  private constructor(path: string, flags: 'w' | 'r+', size: number) {
    this.#path = path;
    this.#file = openSync(path, flags, 0o600);
    this.#size = size;
    this.#flushed = 0;
    this.#isNamed = flags === 'r+';
  }

  /** Begins a file, in the place of one that there may be. */
  static create(path: string, firstFrame: Buffer): LogFile {
    const log = new LogFile(path, 'w', 0);
    try {
      log.append(firstFrame);
      return log;
    } catch (error) {
      closeSync(log.#file);
      throw error;
    }
  }

  /** Goes on with a file; what is behind its first `size` bytes is cut off. */
  static resume(path: string, size: number): LogFile {
    const log = new LogFile(path, 'r+', size);
    ftruncateSync(log.#file, size);
    return log;
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
        at += writeSync(this.#file, frame, at, frame.length - at, this.#size + at);
      }
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
    this.#size += frame.length;
  }

  /** Waits until all that was appended before the call would outlive a power cut. Does nothing where it is closed. */
  async flush(): Promise<void> {
    await this.#flushing;
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
    closeSync(this.#file);
  }

  async #flush(): Promise<void> {
    const size = this.#size;
    try {
      await flushFile(this.#file);
      if (!this.#isNamed) await syncFolder(this.#path);
    } catch (error) {
      this.#isBroken = true; // What could not be written is gone from the cache too: asking again would say that all is well.
      throw error;
    }
    this.#isNamed = true;
    this.#flushed = size;
  }
}
