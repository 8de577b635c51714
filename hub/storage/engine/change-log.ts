import type { HubError } from '../../core/error.ts';
import { ByteWriter } from './bytes.ts';
import type { Durability } from './flusher.ts';
import { Flusher, type Then, Waiters } from './flusher.ts';
import { FRAME_HEADER_BYTES, sealFrame } from './frame.ts';
import type { LogFile } from './log-file.ts';

interface ChangeLogOptions {
  readonly durability: Durability;
  /** How long what outlives the process may wait to outlive a power cut too, milliseconds. */
  readonly flushMs: number;
  /** Called before that, to change more. */
  readonly onFlush: () => void;
  /** Called before what was told in a turn is written, to add to it. */
  readonly onCommit: () => void;
  /** Called when what was told in a turn is written. */
  readonly onWritten: () => void;
  /** Told when something could not be written. */
  readonly onFault: (cause: unknown) => void;
}

/** Where changes are written at the moment. */
interface OpenLog {
  readonly file: LogFile;
  /** Goes into the checksums of its frames. */
  readonly seed: number;
}

/**
 * Changes on their way to a file. All of one turn of the event loop are one frame: after a crash they are all there, or none is. Who
 * wants to acknowledge one waits until it is safe.
 */
export class ChangeLog {
  readonly #options: ChangeLogOptions;
  readonly #batch = new ByteWriter();
  readonly #waiters = new Waiters();
  readonly #flusher: Flusher;
  #open: OpenLog | undefined;
  /** Files before the present one that may not be flushed yet. */
  #earlier: LogFile[] = [];
  /** How many changes were told, and handed to the operating system. */
  #told = 0;
  #written = 0;
  #failure: HubError | undefined;
  #isScheduled = false;
  #isClosed = false;

  constructor(options: ChangeLogOptions) {
    this.#options = options;
    this.#flusher = new Flusher({
      ...options,
      onDue: () => {
        options.onFlush();
        this.commit();
      },
      flush: () => this.#flushFiles(),
      onFlushed: () => this.#settle(),
    });
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
  whenSafe(position: number, then: Then): void {
    if (position <= this.#safe) then();
    else if (this.#failure) then(this.#failure);
    else this.#waiters.add(position, then);
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
    if (this.#batch.length > 0 && !this.#isClosed) this.#options.onCommit();
    this.#isScheduled = false;
    if (this.#batch.length === 0 || this.#isClosed) return;
    const isWritten = this.#append();
    this.#batch.clear();
    if (!isWritten || this.#failure) return;
    this.#settleWritten();
    this.#options.onWritten();
  }

  /** Goes on with another file. What was told before is in the one before it. */
  goOn(next: OpenLog): void {
    this.commit();
    const before = this.#open?.file;
    this.#open = next;
    if (before && !before.isBroken) this.#earlier.push(before);
    else before?.close().catch((error: unknown) => error); // What it lacks is lost already, and told of.
  }

  /** All that is in the files before the present one is kept elsewhere by now, and so is what they lack. */
  async forgetEarlier(): Promise<void> {
    const earlier = this.#earlier;
    this.#earlier = [];
    for (const log of earlier) await log.close();
    this.commit();
    if (!this.#failure || !this.#open || this.#open.file.isBroken) return;
    this.#failure = undefined;
    this.#settleWritten();
  }

  /** Nothing can be acknowledged until `forgetEarlier`. */
  fail(failure: HubError): void {
    this.#failure = failure;
    this.#settle();
    this.#waiters.fail(failure);
  }

  /** Flushes everything, and takes nothing more: what is told from now on is forgotten. Rejects with what the file system says. */
  async close(): Promise<void> {
    this.commit();
    this.#isClosed = true;
    await this.#flusher.stop();
    try {
      await this.#flushFiles();
    } finally {
      for (const log of this.#files) await log.close();
    }
  }

  get #safe(): number {
    return this.#options.durability === 'power' ? this.#flusher.flushed : this.#written;
  }

  get #files(): readonly LogFile[] {
    return this.#open ? [...this.#earlier, this.#open.file] : [];
  }

  /** All that was told is written. */
  #settleWritten(): void {
    this.#written = this.#told;
    this.#flusher.wrote(this.#written);
    this.#settle();
  }

  #settle(): void {
    this.#waiters.settle(this.#safe);
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

  async #flushFiles(): Promise<void> {
    for (const log of this.#files) await log.flush();
  }
}
