import { HubError } from '../core/error.ts';
import { type LogEntry, type SharedLog, UnansweredError } from './engine.ts';
import { decodeFrame, encodeFrame, type Frame } from './frame.ts';
import { FrameChain } from './frame-chain.ts';

/** Receives the content of a log: the versions in which it is written, and changes in order, those of a turn together or not at all. */
export interface ReplayTarget {
  version(version: Uint8Array): void;
  changes(content: Uint8Array): void;
}

/** Entries were trimmed during the reading: those read before may hold state that the checkpoint no longer includes. */
class Trimmed extends Error {}

/**
 * Reads a log from its beginning. `createTarget` is called for each attempt, and the last target has the content. Rejects with `store/damaged` if the log does
 * not begin with a fence or a checkpoint, and with `store/unavailable`.
 */
export async function replayLog<T extends ReplayTarget>(
  log: SharedLog,
  createTarget: () => T,
): Promise<LogReplay<T>> {
  for (;;) {
    const replay = new LogReplay(log, createTarget(), (await log.range()).first);
    try {
      await replay.readOn();
      return replay;
    } catch (error) {
      if (!(error instanceof Trimmed)) throw error;
    }
  }
}

/** A log that is being read. */
export class LogReplay<T extends ReplayTarget> {
  readonly target: T;
  readonly #log: SharedLog;
  readonly #first: number;
  #chain = new FrameChain();
  #last: number;
  #bytes = 0;
  #begunAt = 0;
  #parts: Uint8Array[] = [];

  constructor(log: SharedLog, target: T, first: number) {
    this.target = target;
    this.#log = log;
    this.#first = first;
    this.#last = first - 1;
  }

  get state() {
    return this.#chain.state;
  }

  /** The sequence of the last entry that was read. */
  get last(): number {
    return this.#last;
  }

  /** The sequence of the fence with which the present epoch begins; 0 if that was trimmed. */
  get begunAt(): number {
    return this.#begunAt;
  }

  /** The length of all entries, bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads the entries that have been appended since. */
  async readOn(): Promise<void> {
    const { last } = await this.#log.range();
    for await (const entry of this.#log.entries(this.#last + 1, last)) this.#take(entry);
    if (this.#last < last) throw new Trimmed('the end of the log was trimmed');
  }

  /**
   * Begins an epoch, and reads on to its end. Resolves to whether this epoch is the present one and everything before it was read; if not, another owner has
   * begun a later epoch, or trimmed the log meanwhile. Rejects with `UnansweredError` if the cluster has no room.
   */
  async fence(epoch: number, version: Uint8Array): Promise<boolean> {
    const fence = encodeFrame({ kind: 'fence', epoch, count: 0, content: version });
    const outcome = await this.#log.append(fence);
    if (outcome.kind === 'full') throw new UnansweredError(outcome.reason);
    const isRead = await this.readOn().then(
      () => true,
      (error: unknown) => {
        if (error instanceof Trimmed) return false;
        throw error;
      },
    );
    return isRead && this.state.epoch === epoch;
  }

  #take({ sequence, bytes }: LogEntry): void {
    if (sequence !== this.#last + 1) throw new Trimmed(`entry ${this.#last + 1} was trimmed`);
    this.#last = sequence;
    this.#bytes += bytes.length;
    const frame = decodeFrame(bytes);
    if (sequence === this.#first) this.#begin(frame);
    else if (frame) this.#judge(frame);
  }

  /** The first entry gives the position of the chain. */
  #begin(frame: Frame | undefined): void {
    if (frame?.kind === 'checkpoint')
      this.#chain = new FrameChain({ epoch: frame.epoch, count: frame.count - 1 });
    else if (frame?.kind !== 'fence')
      throw new HubError(
        'store/damaged',
        `the log of this hub does not begin as it should, at entry ${this.#first}`,
      );
    this.#judge(frame);
  }

  #judge(frame: Frame): void {
    const verdict = this.#chain.judge(frame);
    if (verdict === 'begins') this.#onBegun();
    if (verdict !== 'void') this.#apply(frame);
  }

  #onBegun(): void {
    this.#begunAt = this.#last;
    this.#parts = []; // The previous owner left these parts without their end.
  }

  #apply({ kind, content }: Frame): void {
    if (kind === 'fence' || kind === 'checkpoint') this.target.version(content);
    else this.#parts.push(content);
    if (kind !== 'changes') return;
    this.target.changes(this.#parts.length === 1 ? content : Buffer.concat(this.#parts));
    this.#parts = [];
  }
}
