import { firstValueFrom, type SchedulerLike, timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import { type Appended, type SharedLog, UnansweredError } from './engine.ts';
import { decodeFrame, encodeFrame, type Frame } from './frame.ts';
import { type ChainState, FrameChain } from './frame-chain.ts';

export interface ChainWriterOptions {
  readonly log: SharedLog;
  /** The position of the chain at the last entry that was read: after this owner's fence. */
  readonly state: ChainState;
  /** The sequence of that entry. */
  readonly last: number;
  readonly scheduler: SchedulerLike;
  /** Called when there is room for more frames again. */
  readonly onRoom: () => void;
  /** Called once, when another owner has fenced this one: none of the remaining frames will ever count. */
  readonly onFenced: () => void;
  /** Called when the log has no room, and with `undefined` when it has room again. */
  readonly onFull: (reason: string | undefined) => void;
}

/** A frame that is not known to count yet. */
interface Outgoing {
  readonly frame: Frame;
  readonly bytes: Uint8Array;
  readonly onCounted: (sequence: number) => void;
  /** The frame's sequence, if the append was answered. */
  sequence?: number;
}

/** How many frames may be on their way. Changes that arrive meanwhile share one frame, as servers accept one long frame far sooner than many short ones. */
const WINDOW = 4;

/** How much may wait before `hasRoom` is false, bytes. */
const ROOM_BYTES = 4 * 2 ** 20;

/** How long to wait before another attempt: after no answer, and after no room, milliseconds. */
const RETRY_MS = 100;
const RETRY_FULL_MS = 1_000;

/**
 * Writes the frames of one epoch. A frame is safe once it and every frame before it are known to stand where readers count them. If that is in
 * doubt (an append was refused, or not answered), it reads the log, judges it as every reader does, and sends the rest again.
 */
export class ChainWriter {
  readonly #options: ChainWriterOptions;
  readonly #chain: FrameChain;
  /** The number of frames, including those that wait. */
  #count: number;
  /** The sequence up to which all entries are judged. */
  #last: number;
  #outgoing: Outgoing[] = [];
  #outgoingBytes = 0;
  /** How many of the pending frames are on their way. */
  #sent = 0;
  /** Answers to earlier rounds are ignored: the log is read instead. */
  #round = 0;
  #isRecovering = false;
  #isFull = false;
  #isOver = false;
  #answeredAt: number;

  constructor(options: ChainWriterOptions) {
    this.#options = options;
    this.#chain = new FrameChain(options.state);
    this.#count = options.state.count;
    this.#last = options.last;
    this.#answeredAt = options.scheduler.now();
  }

  /** Whether there is room for another frame now. A frame that cannot wait may be appended without room. */
  get hasRoom(): boolean {
    return !this.#isOver && this.#outgoing.length < WINDOW && this.#outgoingBytes < ROOM_BYTES;
  }

  /** How long frames have been waiting without any answer, milliseconds. */
  get silenceMs(): number {
    return this.#outgoing.length === 0 ? 0 : this.#options.scheduler.now() - this.#answeredAt;
  }

  /** Appends a frame. `onCounted` is called with its sequence once it is safe; never, if this owner is fenced first. */
  append(kind: Frame['kind'], content: Uint8Array, onCounted: (sequence: number) => void): void {
    if (this.#isOver) return;
    if (this.#outgoing.length === 0) this.#answeredAt = this.#options.scheduler.now();
    const frame = { kind, epoch: this.#chain.state.epoch, count: ++this.#count, content };
    const bytes = encodeFrame(frame);
    this.#outgoing.push({ frame, bytes, onCounted });
    this.#outgoingBytes += bytes.length;
    this.#send();
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isOver = true;
    this.#round++;
    this.#outgoing = [];
  }

  #send(): void {
    while (!this.#isRecovering && this.#sent < WINDOW) {
      const next = this.#outgoing[this.#sent];
      if (!next) return;
      this.#publish(next, this.#last + this.#sent++);
    }
  }

  #publish(outgoing: Outgoing, after: number): void {
    const round = this.#round;
    const isCurrent = () => round === this.#round;
    this.#options.log.append(outgoing.bytes, after).then(
      (outcome) => {
        if (isCurrent()) this.#onAnswer(outgoing, outcome);
      },
      (error: unknown) => {
        assertUnanswered(error);
        if (isCurrent()) this.#recover(RETRY_MS);
      },
    );
  }

  #onAnswer(outgoing: Outgoing, outcome: Appended): void {
    this.#answeredAt = this.#options.scheduler.now();
    if (outcome.kind === 'refused') this.#recover(0);
    else if (outcome.kind === 'full') this.#onFull(outcome.reason);
    else this.#onAppended(outgoing, outcome.sequence);
  }

  /** A frame counts only once all frames before it count: another owner's fence may have come between them. */
  #onAppended(outgoing: Outgoing, sequence: number): void {
    outgoing.sequence = sequence;
    for (let next = this.#first; next?.sequence === this.#last + 1; next = this.#first) {
      this.#sent--;
      this.#take(next.frame);
    }
    this.#goOn();
  }

  get #first(): Outgoing | undefined {
    return this.#outgoing[0];
  }

  /** Judges the entries after the last one, as every reader does. */
  #take(frame: Frame | undefined): void {
    const verdict = frame ? this.#chain.judge(frame) : 'void';
    this.#last++;
    if (verdict === 'begins') this.#onFenced();
    else if (verdict === 'counts') this.#onCounted();
  }

  /** Only this owner writes in its epoch, so the frame that counts is its first one that did not count before. */
  #onCounted(): void {
    const first = this.#outgoing.shift();
    if (!first) throw new HubError('internal', `epoch ${this.#chain.state.epoch} has two owners`);
    this.#outgoingBytes -= first.bytes.length;
    this.#setFull(undefined);
    first.onCounted(this.#last);
  }

  #goOn(): void {
    this.#send();
    if (this.hasRoom) this.#options.onRoom();
  }

  #onFull(reason: string): void {
    this.#setFull(reason);
    this.#recover(RETRY_FULL_MS);
  }

  #setFull(reason: string | undefined): void {
    if (this.#isFull === (reason !== undefined)) return;
    this.#isFull = reason !== undefined;
    this.#options.onFull(reason);
  }

  /** Finds out which frames are in the log, and sends the others. */
  #recover(delayMs: number): void {
    this.#round++;
    this.#sent = 0;
    this.#isRecovering = true;
    for (const outgoing of this.#outgoing) delete outgoing.sequence;
    void this.#catchUp(delayMs);
  }

  async #catchUp(delayMs: number): Promise<void> {
    for (let waitMs = delayMs; !this.#isOver; waitMs = RETRY_MS) {
      await this.#pause(waitMs);
      if (await this.#readOn()) break;
    }
    if (this.#isOver) return;
    this.#isRecovering = false;
    this.#goOn();
  }

  /** Judges the entries after the last one, to the end of the log. Resolves to whether the end was reached. */
  async #readOn(): Promise<boolean> {
    try {
      for (;;) {
        const entry = await this.#options.log.read(this.#last + 1);
        this.#answeredAt = this.#options.scheduler.now();
        if (this.#isOver) return true;
        if (!entry) return await this.#isAtEnd();
        this.#take(decodeFrame(entry.bytes));
      }
    } catch (error) {
      assertUnanswered(error);
      return false; // `silenceMs` says for how long.
    }
  }

  /** Another owner may have trimmed the next entries, including its fence; this owner trims only entries that it has judged. */
  async #isAtEnd(): Promise<boolean> {
    const { first } = await this.#options.log.range();
    if (first > this.#last + 1) this.#onFenced();
    return true;
  }

  #onFenced(): void {
    this.stop();
    this.#options.onFenced();
  }

  async #pause(ms: number): Promise<void> {
    if (ms > 0) await firstValueFrom(timer(ms, this.#options.scheduler));
  }
}

/** Requests without an answer are repeated for as long as the owner wants; any other error is a bug. */
function assertUnanswered(error: unknown): void {
  if (!(error instanceof UnansweredError)) throw error;
}
