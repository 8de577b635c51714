import type { Buffer } from 'node:buffer';
import type { HubError } from '../../core/error.ts';
import { ByteWriter } from './bytes.ts';

/** Called once, with the reason if it failed. Must not throw. */
export type WhenSafe = (failure?: HubError) => void;

/**
 * Collects the changes of one turn of the event loop, to be written together, and calls back when they are safe. Positions count the changes: 1 is the first.
 */
export class TurnBatch {
  readonly #writer = new ByteWriter();
  readonly #onTurn: () => void;
  readonly #headerBytes: number;
  #count = 0;
  #safe = 0;
  #failure: HubError | undefined;
  #waiters: { readonly position: number; readonly then: WhenSafe }[] = [];
  #isScheduled = false;
  #isClosed = false;

  /**
   * `onTurn` is called at the end of every turn in which something was added, unless the changes were taken before. `headerBytes` are left free before the
   * changes, to be filled in through `bytes`.
   */
  constructor(onTurn: () => void, headerBytes = 0) {
    this.#onTurn = onTurn;
    this.#headerBytes = headerBytes;
  }

  /** How many changes there were. */
  get position(): number {
    return this.#count;
  }

  get safe(): number {
    return this.#safe;
  }

  /** The reason why nothing can be kept now, if there is one. All waiting callers get it, and later ones too, until it is `undefined` again. */
  get failure(): HubError | undefined {
    return this.#failure;
  }

  set failure(failure: HubError | undefined) {
    this.#failure = failure;
    if (failure) for (const { then } of this.#waiters.splice(0)) then(failure);
  }

  get isEmpty(): boolean {
    return this.#isClosed || this.#writer.length === 0;
  }

  /** The collected changes, after the header. Valid until the next change. */
  get bytes(): Buffer {
    return this.#writer.bytes;
  }

  isSafe(position: number): boolean {
    return position <= this.#safe;
  }

  /** Calls back once everything up to a position is safe, or with the reason why it cannot be; at once if that is already known. */
  whenSafe(position: number, then: WhenSafe): void {
    if (position <= this.#safe) then();
    else if (this.#failure) then(this.#failure);
    else this.#waiters.push({ position, then });
  }

  /** Begins one more change, which must be written to the returned writer at once. */
  add(): ByteWriter {
    this.#count++;
    if (this.#isClosed) this.#writer.clear();
    else if (this.#writer.length === 0) this.#begin();
    return this.#writer;
  }

  /** Takes out the collected changes. */
  take(): Uint8Array {
    const bytes = this.#writer.copy();
    this.clear();
    return bytes;
  }

  /** Drops the collected changes: the caller has them. */
  clear(): void {
    this.#isScheduled = false;
    this.#writer.clear();
  }

  /** Takes note that everything up to a position is safe, and calls back those that wait for it, in the order in which they came. */
  settle(position: number): void {
    this.#safe = position;
    if (this.#waiters.length === 0) return;
    const due = this.#waiters.filter((waiter) => waiter.position <= position);
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.position > position);
    for (const { then } of due) then();
  }

  /** Ignores later changes: they are counted, but never written and never safe. */
  close(): void {
    this.#isClosed = true;
    this.clear();
  }

  #begin(): void {
    if (this.#headerBytes > 0) this.#writer.skip(this.#headerBytes);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      if (this.#isScheduled) this.#onTurn();
    });
  }
}
