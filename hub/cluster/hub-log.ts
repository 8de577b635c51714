import type { SchedulerLike } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { ByteWriter } from '../storage/engine/bytes.ts';
import { TurnBatch, type WhenSafe } from '../storage/engine/turn-batch.ts';
import { ChainWriter } from './chain-writer.ts';
import type { SharedLog } from './engine.ts';
import { FRAME_OVERHEAD_BYTES } from './frame.ts';
import type { ChainState } from './frame-chain.ts';

export interface HubLogOptions {
  readonly log: SharedLog;
  readonly maxEntryBytes: number;
  readonly state: ChainState;
  readonly last: number;
  readonly scheduler: SchedulerLike;
  /** Called before the changes of a turn are written, to add more. */
  readonly onCommit: () => void;
  /** Called when changes are safe, with the length of everything that this owner has added to the log, bytes. */
  readonly onWritten: (bytes: number) => void;
  /** Called once, when another owner has fenced this one. */
  readonly onFenced: () => void;
  /** Called when there is no room for more changes, and with `undefined` when there is again. */
  readonly onFull: (failure: HubError | undefined) => void;
}

/**
 * Writes changes to the log of a hub. The changes of one turn of the event loop become one frame, or several that count together. While many frames are
 * on their way, the changes of later turns are collected into one frame.
 */
export class HubLog {
  readonly #options: HubLogOptions;
  readonly #writer: ChainWriter;
  readonly #gathered = new TurnBatch(() => this.commit());
  #roomWaiters: (() => void)[] = [];
  #bytes = 0;
  #isClosed = false;

  constructor(options: HubLogOptions) {
    this.#options = options;
    this.#writer = new ChainWriter({
      ...options,
      onRoom: () => this.#onRoom(),
      onFull: (reason) => this.#onFull(reason),
    });
  }

  /** How many changes there were. */
  get position(): number {
    return this.#gathered.position;
  }

  /** The reason why nothing can be kept now, if there is one. */
  get failure(): HubError | undefined {
    return this.#gathered.failure;
  }

  /** How long changes have been waiting without any answer, milliseconds. */
  get silenceMs(): number {
    return this.#writer.silenceMs;
  }

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

  /** Writes the changes of this turn now instead of at its end, unless too many are on their way. */
  commit(): void {
    if (this.#writer.hasRoom) this.#flush();
  }

  /** Begins a copy of the whole state; resolves to the sequence of its first entry once that is safe. */
  async checkpoint(version: Uint8Array): Promise<number> {
    await this.#room();
    return new Promise((resolve) => this.#writer.append('checkpoint', version, resolve));
  }

  /** Appends a piece of the present state after all changes so far; resolves once it is safe. `write` is called when there is room. */
  async copy(write: () => Uint8Array): Promise<void> {
    await this.#room();
    this.#flush();
    const piece = write();
    if (piece.length > 0) await new Promise<void>((resolve) => this.#append(piece, resolve));
  }

  /** Ignores later changes, and resolves when all earlier ones are safe. Rejects with the reason why they cannot be. */
  async close(): Promise<void> {
    try {
      await this.#drain();
    } finally {
      this.#stop();
    }
  }

  /** Writes nothing more: another hub has the log. */
  abandon(failure: HubError): void {
    this.#stop();
    this.#gathered.failure = failure;
  }

  #stop(): void {
    this.#isClosed = true;
    this.#gathered.close();
    this.#writer.stop();
  }

  #flush(): void {
    if (this.#gathered.isEmpty) return;
    this.#options.onCommit();
    const { position } = this.#gathered;
    this.#append(this.#gathered.take(), () => this.#onSafe(position));
  }

  #drain(): Promise<void> {
    this.commit();
    return new Promise((resolve, reject) => {
      this.whenSafe(this.position, (failure) => (failure ? reject(failure) : resolve()));
    });
  }

  #append(content: Uint8Array, onSafe: () => void): void {
    const most = this.#options.maxEntryBytes - FRAME_OVERHEAD_BYTES;
    for (let at = 0; at < content.length; at += most) {
      const part = content.subarray(at, at + most);
      const isLast = at + most >= content.length;
      this.#writer.append(isLast ? 'changes' : 'part', part, () => {
        this.#bytes += part.length;
        if (isLast) onSafe();
      });
    }
  }

  #onSafe(position: number): void {
    this.#gathered.settle(position);
    this.#options.onWritten(this.#bytes);
  }

  async #room(): Promise<void> {
    while (!this.#writer.hasRoom && !this.#isClosed)
      await new Promise<void>((resolve) => this.#roomWaiters.push(resolve));
  }

  #onRoom(): void {
    this.commit();
    for (const resolve of this.#roomWaiters.splice(0)) resolve();
  }

  #onFull(reason: string | undefined): void {
    const failure = reason === undefined ? undefined : new HubError('store/unavailable', reason);
    this.#gathered.failure = failure;
    this.#options.onFull(failure);
  }
}
