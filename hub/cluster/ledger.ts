import { Subject, type Subscription } from 'rxjs';
import type { HubError } from '../core/error.ts';
import type { LogEntry } from './engine.ts';
import { ALL_HUBS, type FrameTarget } from './frame-directory.ts';
import { type FrameReader, type JudgedFrame, readNeededEntries } from './frame-reader.ts';
import { type EntryClock, type LedgerEntry, type LedgerFrame, writeEntry } from './ledger-frame.ts';
import { LedgerWriter, type LedgerWriterOptions } from './ledger-writer.ts';
import type { LedgerPlace, OriginOrder } from './origin-order.ts';
import type { PlacedFrame } from './recent-entries.ts';

/** The place of an entry. */
export interface EntryPlace {
  /** The hub that appended it. */
  readonly hub: string;
  readonly epoch: number;
  /** Numbers the entries of this hub and epoch, from 1. */
  readonly serial: number;
  /** The sequence of its frame in the ledger. */
  readonly sequence: number;
}

export interface LedgerOptions<E> extends LedgerWriterOptions, FrameTarget {
  readonly clock: EntryClock;
  readonly reader: FrameReader;
  /** Called with every entry that counts and that this hub needs, in order. `own` is what this hub gave to `append`, if it did so in this epoch. */
  readonly onEntry: (entry: LedgerEntry, place: EntryPlace, own: E | undefined) => void;
  /** Called once the entries that end in a frame are applied. */
  readonly onFrame: (frame: PlacedFrame) => void;
}

/** An appended entry, and the facts about it that only this hub knows. */
interface Own<E> {
  readonly entry: LedgerEntry;
  readonly own: E;
}

/** The one order of all hubs: every hub appends to it, reads all of it, and reaches the same verdicts. */
export class Ledger<E> {
  readonly writer: LedgerWriter<Own<E>>;
  /** Emits the hubs whose epoch is over or that have begun another. */
  readonly ended$ = new Subject<{ readonly hub: string; readonly epoch: number }>();
  readonly #options: LedgerOptions<E>;
  readonly #reader: FrameReader;
  #isApplying = false;
  #readBytes = 0;
  #position = 0;
  #following: Subscription | undefined;
  #onBegun: (() => void) | undefined;
  #onStopped: ((failure: HubError) => void) | undefined;

  constructor(options: LedgerOptions<E>) {
    this.#options = options;
    this.#reader = options.reader;
    this.writer = new LedgerWriter(options);
  }

  /** Whether a frame is being applied right now; then `place` does not include all of it. */
  get isApplying(): boolean {
    return this.#isApplying;
  }

  /** The sequence of the last frame that was applied. */
  get position(): number {
    return this.#position;
  }

  /** The length of all frames that were read, bytes. */
  get readBytes(): number {
    return this.#readBytes;
  }

  get place(): LedgerPlace {
    return { position: this.#position, states: [...this.order.states] };
  }

  get order(): OriginOrder {
    return this.#reader.order;
  }

  /** Whether no hub is in the middle of entries that need several frames. */
  get isWhole(): boolean {
    return this.#reader.isWhole;
  }

  /**
   * Reads on after a sequence; resolves once everything that was appended before this hub's epoch is applied, and rejects if it is stopped first. Errors of the tail
   * go to `onError`.
   */
  start(after: number, onError: (error: unknown) => void): Promise<void> {
    this.#position = after;
    return new Promise((resolve, reject) => {
      this.#onBegun = resolve;
      this.#onStopped = reject;
      this.#following = this.#options.log
        .follow$(after + 1)
        .subscribe({ next: (entry) => this.#take(entry), error: onError });
    });
  }

  /** Appends an entry; returns its serial. It is applied when it comes back. `wanted`: the marks of the other hubs that need it. */
  append(entry: LedgerEntry, own: E, wanted = ALL_HUBS): number {
    writeEntry(this.writer.add({ entry, own }, wanted), entry, this.#options.clock);
    return this.writer.position;
  }

  /** Resolves when everything that this hub has appended has its place; rejects if it cannot get one now. */
  untilKept(): Promise<void> {
    const { writer } = this;
    writer.commit();
    return new Promise((resolve, reject) => {
      writer.whenSafe(writer.position, (failure) => (failure ? reject(failure) : resolve()));
    });
  }

  stop(failure: HubError): void {
    this.#following?.unsubscribe();
    this.writer.stop(failure);
    this.ended$.complete();
    this.#onStopped?.(failure);
  }

  #take({ sequence, bytes }: LogEntry): void {
    const judged = this.#reader.take(bytes);
    this.#isApplying = true;
    if (judged) this.#judge(judged, sequence);
    this.#position = sequence;
    this.#isApplying = false;
    this.#readBytes += bytes.length;
  }

  #judge({ frame, verdict, serial, content }: JudgedFrame, sequence: number): void {
    const { hub, epoch } = frame;
    const isOwn = hub === this.#options.hub && epoch === this.#options.epoch;
    const place = { hub, epoch, serial, sequence };
    if (verdict === 'begins') this.#begin(frame, isOwn);
    else if (verdict === 'missed' && isOwn) this.writer.missed();
    else if (verdict === 'counts' && isOwn) this.#applyOwn(frame, place);
    else if (content) this.#apply(content, place);
    if (content) this.#options.onFrame({ sequence, hub, content });
  }

  #begin({ hub, epoch, count }: LedgerFrame, isOwn: boolean): void {
    this.ended$.next({ hub, epoch: epoch - 1 });
    if (!isOwn) return;
    this.writer.counted(count);
    this.writer.settle(0);
    this.#onBegun?.();
  }

  #apply(content: Uint8Array, first: EntryPlace): void {
    readNeededEntries(content, this.#options.clock, this.#options, (entry, place) =>
      this.#effect(entry, { ...first, serial: first.serial + place }, undefined),
    );
  }

  #applyOwn({ count }: LedgerFrame, first: EntryPlace): void {
    let { serial } = first;
    const entries = this.writer.counted(count);
    for (const { entry, own } of entries) this.#effect(entry, { ...first, serial: serial++ }, own);
    this.writer.settle(entries.length);
  }

  #effect(entry: LedgerEntry, place: EntryPlace, own: E | undefined): void {
    if (entry.kind === 'over' && this.#reader.end(entry.hub, entry.epoch)) this.ended$.next(entry);
    this.#options.onEntry(entry, place, own);
  }
}
