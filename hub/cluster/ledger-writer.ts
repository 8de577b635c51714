import { interval, type SchedulerLike, type Subscription, timer } from 'rxjs';
import { HubError } from '../core/error.ts';
import type { ByteWriter } from '../storage/engine/bytes.ts';
import { TurnBatch, type WhenSafe } from '../storage/engine/turn-batch.ts';
import { type Appended, type SharedLog, UnansweredError } from './engine.ts';
import { DirectoryWriter, type KnownDestination } from './frame-directory.ts';
import { encodeLedgerFrame, LEDGER_OVERHEAD_BYTES, type LedgerFrame } from './ledger-frame.ts';

export interface LedgerWriterOptions {
  readonly log: SharedLog;
  readonly hub: string;
  readonly epoch: number;
  readonly maxEntryBytes: number;
  readonly scheduler: SchedulerLike;
  /** The other hubs whose filters are known at present. */
  readonly known: () => readonly KnownDestination[];
  /** Called when the ledger has no room, and with `undefined` when it has room again. */
  readonly onFull: (failure: HubError | undefined) => void;
}

/** A frame that is not known to count yet, and what to do once it counts. */
interface Outgoing<E> {
  readonly count: number;
  readonly bytes: Uint8Array;
  readonly entries: readonly E[];
}

/** A frame to be written. */
interface NewFrame<E> extends Pick<LedgerFrame, 'kind'> {
  /** The content, in pieces. */
  readonly content?: readonly Uint8Array[];
  readonly own?: readonly E[];
  readonly parts?: number;
}

/** How many frames may be on their way. Entries that arrive meanwhile share one frame, as servers accept one long frame far sooner than many short ones. */
const WINDOW = 4;

/** How long to wait before another attempt: after no answer, and after no room, milliseconds. */
const RETRY_MS = 100;
const RETRY_FULL_MS = 1_000;

/** After how long frames that have not come back are sent again, and how often to check, milliseconds. For posted frames this is the only sign of a loss. */
const OVERDUE_MS = 3_000;
const OVERDUE_POSTED_MS = 500;
const LOOK_MS = 500;

/**
 * Appends the entries of one hub's epoch to the ledger: those of a turn of the event loop in one frame. An entry counts once its frame has come back through the
 * tail of the ledger, so frames are posted without an answer. One that does not come back is appended again with all that follow, with an answer that says why.
 * `E` is what the hub itself knows of its own entries.
 */
export class LedgerWriter<E> {
  readonly #options: LedgerWriterOptions;
  readonly #gathered = new TurnBatch(() => this.commit());
  readonly #directory = new DirectoryWriter();
  #batched: E[] = [];
  #outgoing: Outgoing<E>[] = [];
  /** How many of these frames are on their way. */
  #sent = 0;
  /** Answers to earlier attempts are ignored. */
  #round = 0;
  #count = 0;
  /** Frames below this count are sent with an answer: the first of the epoch, and those that were on their way when one was lost. */
  #askedBelow = 1;
  #isWaiting = false;
  #isStopped = false;
  #progressAt: number;
  #sentAt: number;
  readonly #looking: Subscription;

  constructor(options: LedgerWriterOptions) {
    this.#options = options;
    this.#progressAt = options.scheduler.now();
    this.#sentAt = this.#progressAt;
    this.#looking = interval(LOOK_MS, options.scheduler).subscribe(() => this.#look());
    this.#push({ kind: 'begin' });
    this.#send();
  }

  /** How many entries there were. */
  get position(): number {
    return this.#gathered.position;
  }

  /** How long frames have been waiting to come back, milliseconds. */
  get silenceMs(): number {
    return this.#outgoing.length === 0 ? 0 : this.#options.scheduler.now() - this.#progressAt;
  }

  isSafe(position: number): boolean {
    return this.#gathered.isSafe(position);
  }

  /** Calls back once all entries up to a position count, or with the reason why they cannot now; at once if that is already known. */
  whenSafe(position: number, then: WhenSafe): void {
    this.#gathered.whenSafe(position, then);
  }

  /** Begins an entry, which must be written to the returned writer at once. `wanted`: the marks of the hubs that need it. */
  add(entry: E, wanted: number): ByteWriter {
    if (this.#batched.length === 0) this.#begin();
    this.#batched.push(entry);
    const writer = this.#gathered.add();
    this.#directory.add(writer.length, wanted);
    return writer;
  }

  #begin(): void {
    if (this.#outgoing.length === 0) this.#progressAt = this.#options.scheduler.now();
    this.#directory.begin(this.#options.known());
  }

  /** Appends the entries of this turn now instead of at its end, unless too many frames are on their way. */
  commit(): void {
    if (this.#batched.length === 0 || this.#outgoing.length >= WINDOW || this.#isStopped) return;
    const most = this.#options.maxEntryBytes - LEDGER_OVERHEAD_BYTES - this.#options.hub.length;
    const written = this.#gathered.bytes;
    const directory = this.#directory.end(written.length);
    const content = directory ? [directory, written] : [written];
    if (content.reduce((sum, { length }) => sum + length, 0) <= most) this.#pushEntries(content);
    else this.#pushParts(Buffer.concat(content), most);
    this.#gathered.clear();
    this.#send();
  }

  #pushParts(content: Uint8Array, most: number): void {
    const parts = Math.ceil(content.length / most) - 1;
    for (let n = 0; n < parts; n++)
      this.#push({ kind: 'part', content: [content.subarray(n * most, (n + 1) * most)] });
    this.#pushEntries([content.subarray(parts * most)], parts);
  }

  #pushEntries(content: readonly Uint8Array[], parts = 0): void {
    this.#push({ kind: 'entries', content, own: this.#batched, parts });
    this.#batched = [];
  }

  /** Takes note that a frame of this hub counts, and returns its entries. Call `then` once they are applied. */
  counted(count: number): readonly E[] {
    const first = this.#outgoing.shift();
    if (first?.count !== count)
      throw new HubError('internal', `frame ${count} of the ledger came back before ${first?.count}`);
    this.#sent = Math.max(0, this.#sent - 1);
    this.#progressAt = this.#options.scheduler.now();
    this.#setFailure(undefined);
    return first.entries;
  }

  /** Takes note that this many more entries are applied, and calls back everything that waited for them. */
  settle(entries: number): void {
    this.#gathered.settle(this.#gathered.safe + entries);
    this.commit();
    this.#send();
  }

  /** Called when a frame came back without the one before it. */
  missed(): void {
    if (!this.#isWaiting) this.#sendAgain(RETRY_MS);
  }

  /** Stops appending. Entries that are not safe yet will never be safe. */
  stop(failure: HubError): void {
    this.#isStopped = true;
    this.#round++;
    this.#looking.unsubscribe();
    this.#outgoing = [];
    this.#setFailure(failure);
  }

  #push({ kind, content = [], own = [], parts = 0 }: NewFrame<E>): void {
    const { hub, epoch } = this.#options;
    const count = this.#count++;
    const header = { kind, hub, epoch, count, entries: own.length, parts };
    const bytes = encodeLedgerFrame(header, ...content);
    this.#outgoing.push({ count, bytes, entries: own });
  }

  #send(): void {
    while (!this.#isWaiting && !this.#isStopped && this.#sent < WINDOW) {
      const next = this.#outgoing[this.#sent];
      if (!next) return;
      this.#sent++;
      this.#append(next);
    }
  }

  #append({ count, bytes }: Outgoing<E>): void {
    const { log } = this.#options;
    if (count < this.#askedBelow) this.#ask(log.append(bytes));
    else log.post(bytes);
  }

  #ask(answer: Promise<Appended>): void {
    const round = this.#round;
    answer.then(
      (outcome) => {
        if (round !== this.#round || outcome.kind !== 'full') return;
        this.#setFailure(new HubError('store/unavailable', outcome.reason));
        this.#sendAgain(RETRY_FULL_MS);
      },
      (error: unknown) => {
        if (!(error instanceof UnansweredError)) throw error;
        if (round === this.#round) this.#sendAgain(RETRY_MS);
      },
    );
  }

  /** Sends all frames again: those that count already are void the second time. */
  #sendAgain(delayMs: number): void {
    this.#round++;
    this.#sent = 0;
    this.#askedBelow = this.#count;
    this.#isWaiting = true;
    timer(delayMs, this.#options.scheduler).subscribe(() => {
      this.#isWaiting = false;
      this.#sentAt = this.#options.scheduler.now();
      this.#send();
    });
  }

  /** An answer may say that a frame was kept and yet the frame may not come back: only frames that come back count. */
  #look(): void {
    const first = this.#outgoing[0];
    if (this.#isWaiting || !first) return;
    const since = Math.max(this.#progressAt, this.#sentAt);
    const isAsked = first.count < this.#askedBelow;
    const overdueMs = isAsked ? OVERDUE_MS : OVERDUE_POSTED_MS;
    if (this.#options.scheduler.now() - since >= overdueMs) this.#sendAgain(0);
  }

  #setFailure(failure: HubError | undefined): void {
    const before = this.#gathered.failure;
    if (before === undefined && failure === undefined) return;
    this.#gathered.failure = failure;
    const isNews = (before === undefined) !== (failure === undefined);
    if (isNews && !this.#isStopped) this.#options.onFull(failure);
  }
}
