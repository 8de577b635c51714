import type { HubError } from '../core/error.ts';
import { ByteWriter } from './byte-writer.ts';
import { FRAME_HEADER_BYTES, sealFrame } from './frame.ts';
import type { LogFile } from './log-file.ts';

/**
 * What an acknowledgement outlives. `process`: the death of the process, at any instant; of a power cut, all but the last seconds.
 * `power`: a power cut too, as far as the disk keeps its word.
 */
export const DURABILITIES = ['process', 'power'] as const;

export type Durability = (typeof DURABILITIES)[number];

export interface ChangeLogOptions {
  readonly durability: Durability;
  /** How long what outlives the process may wait to outlive a power cut too, milliseconds. */
  readonly flushMs: number;
  /** Called before that, to change more. */
  readonly onFlush: () => void;
  /** Told when something could not be written. */
  readonly onFault: (cause: unknown) => void;
}

/** Where changes are written at the moment. */
export interface OpenLog {
  readonly file: LogFile;
  /** Goes into the checksums of its frames. */
  readonly seed: number;
}

interface Waiter {
  readonly position: number;
  readonly then: (failure?: HubError) => void;
}

/**
 * Changes on their way to a file. All of one turn of the event loop are one frame: after a crash they are all there, or none is. Who
 * wants to acknowledge one waits until it is safe.
 */
export class ChangeLog {
  readonly #options: ChangeLogOptions;
  readonly #batch = new ByteWriter();
  #open: OpenLog | undefined;
  /** Files before the present one that may not be flushed yet. */
  #earlier: LogFile[] = [];
  /** How many changes were told, handed to the operating system, and flushed to the disk. */
  #told = 0;
  #written = 0;
  #flushed = 0;
  #waiters: Waiter[] = [];
  #failure: HubError | undefined;
  #flushing: Promise<void> | undefined;
  #flushTimer: NodeJS.Timeout | undefined;
  #isScheduled = false;
  #isClosed = false;

  constructor(options: ChangeLogOptions) {
    this.#options = options;
  }

  /** How many changes were told. */
  get position(): number {
    return this.#told;
  }

  /** Why nothing can be kept now, if that is so. */
  get failure(): HubError | undefined {
    return this.#failure;
  }

  get file(): LogFile | undefined {
    return this.#open?.file;
  }

  /** Whether what was told up to a position is as safe as was asked for. */
  isSafe(position: number): boolean {
    return position <= this.#safe;
  }

  /** Calls back once all up to a position is safe, at once where it is; or with the reason, where it cannot be made so. */
  whenSafe(position: number, then: (failure?: HubError) => void): void {
    if (position <= this.#safe) then();
    else if (this.#failure) then(this.#failure);
    else this.#waiters.push({ position, then });
  }

  /** Begins a change: where it is to be written, at once. */
  tell(): ByteWriter {
    if (this.#isClosed) this.#batch.clear();
    if (this.#batch.length === 0) this.#batch.skip(FRAME_HEADER_BYTES);
    this.#told++;
    if (!this.#isScheduled && !this.#isClosed) {
      this.#isScheduled = true;
      setImmediate(() => this.commit());
    }
    return this.#batch;
  }

  /** Writes what was told in this turn, now rather than at its end. */
  commit(): void {
    this.#isScheduled = false;
    if (this.#batch.length === 0 || this.#isClosed) return;
    const isWritten = this.#append();
    this.#batch.clear();
    if (!isWritten || this.#failure) return;
    this.#written = this.#told;
    if (this.#options.durability === 'power') this.#startFlushing();
    this.#flushTimer ??= setTimeout(() => this.#flushSoon(), this.#options.flushMs).unref();
    this.#settle();
  }

  /** Goes on with another file. What was told before is in the one before it. */
  goOn(next: OpenLog): void {
    this.commit();
    const before = this.#open?.file;
    this.#open = next;
    if (before) this.#earlier.push(before);
  }

  /** All that is in the files before the present one is kept elsewhere by now, and so is what they lack. */
  async forgetEarlier(): Promise<void> {
    const earlier = this.#earlier;
    this.#earlier = [];
    for (const log of earlier) await log.close();
    if (this.#failure) this.#heal();
    this.#startFlushing();
  }

  /** Nothing can be acknowledged until `forgetEarlier`. */
  fail(failure: HubError): void {
    this.#failure = failure;
    this.#settle();
  }

  /** Flushes everything, and takes nothing more: what is told from now on is forgotten. Rejects with what the file system says. */
  async close(): Promise<void> {
    this.commit();
    this.#isClosed = true;
    clearTimeout(this.#flushTimer);
    await this.#flushing;
    try {
      await this.#flushFiles();
    } finally {
      for (const log of this.#files) await log.close();
    }
  }

  get #safe(): number {
    return this.#options.durability === 'power' ? this.#flushed : this.#written;
  }

  get #files(): readonly LogFile[] {
    return this.#open ? [...this.#earlier, this.#open.file] : [];
  }

  #heal(): void {
    this.commit();
    if (!this.#open || this.#open.file.isBroken) return;
    this.#failure = undefined;
    this.#written = this.#told;
    this.#settle();
  }

  /** Nothing is appended to a file in which something is missing: what follows would make no sense. */
  #append(): boolean {
    if (!this.#open || this.#open.file.isBroken) return false;
    const frame = this.#batch.bytes;
    sealFrame(frame, this.#open.seed);
    try {
      this.#open.file.append(frame);
      return true;
    } catch (error) {
      this.#options.onFault(error);
      return false;
    }
  }

  #flushSoon(): void {
    this.#options.onFlush();
    this.commit();
    this.#flushTimer = undefined; // What `onFlush` has changed is no reason to flush again.
    this.#startFlushing();
  }

  #startFlushing(): void {
    this.#flushing ??= this.#flushAll().finally(() => {
      this.#flushing = undefined;
    });
  }

  /** Flushes until all that was written is flushed. */
  async #flushAll(): Promise<void> {
    while (this.#flushed < this.#written && !this.#failure && !this.#isClosed) {
      const position = this.#written;
      try {
        await this.#flushFiles();
      } catch (error) {
        this.#options.onFault(error);
        return;
      }
      this.#flushed = position;
      this.#settle();
    }
  }

  async #flushFiles(): Promise<void> {
    for (const log of this.#files) await log.flush();
  }

  #settle(): void {
    if (this.#waiters.length === 0) return;
    const isDue = ({ position }: Waiter) => this.#failure !== undefined || position <= this.#safe;
    const due = this.#waiters.filter(isDue);
    this.#waiters = this.#waiters.filter((waiter) => !isDue(waiter));
    for (const { position, then } of due) then(position <= this.#safe ? undefined : this.#failure);
  }
}
