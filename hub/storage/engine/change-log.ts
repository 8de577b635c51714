import type { Buffer } from 'node:buffer';
import type { HubError } from '../../core/error.ts';
import type { ByteWriter } from './bytes.ts';
import { FRAME_HEADER_BYTES, sealFrame } from './frame.ts';
import type { LogFile } from './log-file.ts';
import { TurnBatch, type WhenSafe } from './turn-batch.ts';

/** The fault that an acknowledged change survives. `process`: the death of the process; `power`: a power cut too, unless the disk lies. */
export const DURABILITIES = ['process', 'power'] as const;

export type Durability = (typeof DURABILITIES)[number];

export interface ChangeLogOptions {
  readonly durability: Durability;
  /** How long written changes may wait to be flushed, milliseconds. With `power`, they are also flushed one batch after the other. */
  readonly flushMs: number;
  /** Called before a scheduled flush, to make further changes. */
  readonly onFlush?: () => void;
  /** Called before the changes of a turn are written, to add more. */
  readonly onCommit?: () => void;
  /** Called when the changes of a turn are written. */
  readonly onWritten: () => void;
  /** Called when something could not be written or flushed. */
  readonly onFault: (cause: unknown) => void;
}

interface OpenLog {
  readonly file: LogFile;
  readonly seed: number;
}

/** Writes changes to a file. The changes of one turn form one frame, which is whole or lost. With `process`, flushes are rare: they wear out SD cards. */
export class ChangeLog {
  readonly #options: ChangeLogOptions;
  readonly #gathered = new TurnBatch(() => this.commit(), FRAME_HEADER_BYTES);
  #open: OpenLog | undefined;
  /** Earlier files that may not be flushed yet. */
  #earlier: LogFile[] = [];
  /** How many changes the operating system has, and how many survive a power cut. */
  #written = 0;
  #flushed = 0;
  #isClosed = false;
  #flushTimer: NodeJS.Timeout | undefined;
  #isFlushWanted = false;
  #isFlushing = false;
  #flushing = Promise.resolve();

  constructor(options: ChangeLogOptions) {
    this.#options = options;
  }

  /** How many changes there were. */
  get position(): number {
    return this.#gathered.position;
  }

  /** The reason why nothing can be kept now; `undefined` if changes can be kept. */
  get failure(): HubError | undefined {
    return this.#gathered.failure;
  }

  get file(): LogFile | undefined {
    return this.#open?.file;
  }

  /** Whether all changes up to a position are as safe as `durability` requires. */
  isSafe(position: number): boolean {
    return this.#gathered.isSafe(position);
  }

  /** Calls back once all changes up to a position are safe, or with the reason why they cannot be; at once if that is already known. */
  whenSafe(position: number, then: WhenSafe): void {
    this.#gathered.whenSafe(position, then);
  }

  /** Begins a change; it must be written to the returned writer at once. */
  beginChange(): ByteWriter {
    return this.#gathered.add();
  }

  /** Writes the changes of this turn now instead of at its end. */
  commit(): void {
    if (this.#gathered.isEmpty) return;
    this.#options.onCommit?.();
    const isWritten = this.#append(this.#gathered.bytes);
    this.#gathered.clear();
    if (!isWritten || this.failure) return;
    this.#onAllWritten();
    this.#options.onWritten();
  }

  /** Switches to another file. Earlier changes go to the previous file. */
  goOn(next: OpenLog): void {
    this.commit();
    const before = this.file;
    this.#open = next;
    if (before && !before.isBroken) this.#earlier.push(before);
    else before?.close().catch((error: unknown) => error); // The loss of its changes was reported already.
  }

  /** Closes the earlier files, and ends a failure: a new base holds everything that those files hold or should hold. */
  async forgetEarlier(): Promise<void> {
    for (const log of this.#earlier.splice(0)) await log.close();
    this.commit();
    if (!this.failure || !this.file || this.file.isBroken) return;
    this.#gathered.failure = undefined;
    this.#onAllWritten();
  }

  /** Fails all acknowledgements until `forgetEarlier`. */
  fail(failure: HubError): void {
    this.#gathered.failure = failure;
  }

  /** Resolves when everything that was written survives a power cut. Rejects with the file system's error. */
  async flushFiles(): Promise<void> {
    for (const log of this.#files) await log.flush();
  }

  /** Flushes everything and ignores later changes. Rejects with the file system's error. */
  async close(): Promise<void> {
    this.commit();
    this.#gathered.close();
    this.#isClosed = true;
    clearTimeout(this.#flushTimer);
    await this.#flushing;
    try {
      await this.flushFiles();
    } finally {
      for (const log of this.#files) await log.close();
    }
  }

  get #files(): readonly LogFile[] {
    return this.#open ? [...this.#earlier, this.#open.file] : [];
  }

  #onAllWritten(): void {
    this.#written = this.position;
    this.#flushTimer ??= setTimeout(() => this.#onFlushDue(), this.#options.flushMs).unref();
    if (this.#options.durability === 'power') this.#flushSoon();
    this.#settle();
  }

  #onFlushDue(): void {
    this.#options.onFlush?.();
    this.commit();
    this.#flushTimer = undefined; // The changes of `onFlush` do not need another flush.
    this.#flushSoon();
  }

  #flushSoon(): void {
    this.#isFlushWanted = true;
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#flushing = this.#flush();
  }

  async #flush(): Promise<void> {
    while (this.#isFlushWanted && this.#flushed < this.#written && !this.#isClosed) {
      this.#isFlushWanted = false;
      const position = this.#written;
      const fault = await this.flushFiles().catch((cause: unknown) => ({ cause }));
      if (fault) this.#options.onFault(fault.cause);
      else this.#onFlushed(position);
    }
    this.#isFlushing = false;
  }

  #onFlushed(position: number): void {
    this.#flushed = position;
    this.#settle();
  }

  #settle(): void {
    this.#gathered.settle(this.#options.durability === 'power' ? this.#flushed : this.#written);
  }

  /** Appends nothing to a file with a gap: later changes may depend on the missing ones. */
  #append(frame: Buffer): boolean {
    if (!this.#open || this.#open.file.isBroken) return false;
    sealFrame(frame, this.#open.seed);
    try {
      this.#open.file.append(frame);
      return true;
    } catch (error) {
      this.#options.onFault(error);
      return false;
    }
  }
}
