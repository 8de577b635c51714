import type { HubError } from '../core/error.ts';
import { ByteWriter } from '../storage/engine/bytes.ts';

/** Called once, with the reason if it failed. Must not throw. */
export type Then = (failure?: HubError) => void;

/**
 * Gathers the changes of one turn of the event loop into one frame, and calls back when they are safe. Positions count the changes: 1 is the first.
 */
export class TurnBatch {
  readonly #writer = new ByteWriter();
  readonly #onTurn: () => void;
  #count = 0;
  #safe = 0;
  #failure: HubError | undefined;
  #waiters: { readonly position: number; readonly then: Then }[] = [];
  #isScheduled = false;

  /** `onTurn` is called at the end of every turn in which something was added, unless it was taken before. */
  constructor(onTurn: () => void) {
    this.#onTurn = onTurn;
  }

  /** How many changes there were. */
  get position(): number {
    return this.#count;
  }

  get safe(): number {
    return this.#safe;
  }

  /** Why nothing can be kept now, if so. Whoever waits is told; those that come later too, until it is `undefined` again. */
  get failure(): HubError | undefined {
    return this.#failure;
  }

  set failure(failure: HubError | undefined) {
    this.#failure = failure;
    if (failure) for (const { then } of this.#waiters.splice(0)) then(failure);
  }

  get isEmpty(): boolean {
    return this.#writer.length === 0;
  }

  isSafe(position: number): boolean {
    return position <= this.#safe;
  }

  /** Calls back once everything up to a position is safe, or with the reason why it cannot be; at once if that is known. */
  whenSafe(position: number, then: Then): void {
    if (position <= this.#safe) then();
    else if (this.#failure) then(this.#failure);
    else this.#waiters.push({ position, then });
  }

  /** Begins one more change, which must be written to the returned writer at once. */
  add(): ByteWriter {
    this.#count++;
    if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(() => {
        if (this.#isScheduled) this.#onTurn();
      });
    }
    return this.#writer;
  }

  /** Takes out what was gathered. */
  take(): Uint8Array {
    this.#isScheduled = false;
    const bytes = this.#writer.copy();
    this.#writer.clear();
    return bytes;
  }

  /** Everything up to a position is safe: calls back those who wait for it, in the order in which they came. */
  settle(position: number): void {
    this.#safe = position;
    const due = this.#waiters.filter((waiter) => waiter.position <= position);
    if (due.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.position > position);
    for (const { then } of due) then();
  }
}
