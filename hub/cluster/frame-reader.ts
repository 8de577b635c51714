import { ByteReader } from '../storage/engine/bytes.ts';
import { DirectoryLines, type FrameTarget, takeDirectory } from './frame-directory.ts';
import {
  decodeLedgerFrame,
  type EntryClock,
  type LedgerEntry,
  type LedgerFrame,
  readEntry,
} from './ledger-frame.ts';
import type { OriginOrder, OriginVerdict } from './origin-order.ts';

/** A frame of the ledger, judged. */
export interface JudgedFrame {
  readonly frame: LedgerFrame;
  readonly verdict: OriginVerdict;
  /** The serial of its first entry. */
  readonly serial: number;
  /** All entries that end in this frame; `undefined` if they continue in the next frame, or this frame does not count. */
  readonly content: Uint8Array | undefined;
}

/** Reads the frames of the ledger in order. */
export class FrameReader {
  readonly order: OriginOrder;
  readonly #parts = new Map<string, Uint8Array[]>();

  constructor(order: OriginOrder) {
    this.order = order;
  }

  /** Whether no hub is in the middle of entries that need several frames. */
  get isWhole(): boolean {
    return this.#parts.size === 0;
  }

  /** Judges the next frame; `undefined` if the entry is not a frame. */
  take(bytes: Uint8Array): JudgedFrame | undefined {
    const frame = decodeLedgerFrame(bytes);
    if (!frame) return undefined;
    const { hub, epoch, count, entries } = frame;
    const before = this.order.of(hub)?.serial ?? 0;
    const verdict = this.order.judge(hub, epoch, count, entries);
    if (verdict === 'begins') this.#parts.delete(hub);
    const content = verdict === 'counts' ? this.#gather(frame) : undefined;
    return { frame, verdict, serial: before + 1, content };
  }

  /** Records that an epoch of a hub has ended. Returns whether that was new. */
  end(hub: string, epoch: number): boolean {
    const isNews = this.order.end(hub, epoch);
    if (isNews) this.#parts.delete(hub);
    return isNews;
  }

  /** The whole of entries that needed several frames; `undefined` if reading did not start at their beginning. */
  #gather({ kind, hub, content, parts }: LedgerFrame): Uint8Array | undefined {
    const known = this.#parts.get(hub) ?? [];
    if (kind === 'part') {
      this.#parts.set(hub, [...known, content]);
      return undefined;
    }
    this.#parts.delete(hub);
    if (parts === 0) return content;
    return known.length === parts ? Buffer.concat([...known, content]) : undefined;
  }
}

/** The entries in the content of a frame. Throws `RangeError` if the content is something else. */
export function* readEntries(content: Uint8Array, clock: EntryClock): Generator<LedgerEntry> {
  const reader = new ByteReader(content);
  takeDirectory(reader, content);
  while (!reader.isAtEnd) yield readEntry(reader, clock);
}

/** Reads the entries that a hub needs; calls `take` with the place of each in the frame, from 0. Throws `RangeError` as well. */
export function readNeededEntries(
  content: Uint8Array,
  clock: EntryClock,
  target: FrameTarget,
  take: (entry: LedgerEntry, place: number) => void,
): void {
  const reader = new ByteReader(content);
  const directory = takeDirectory(reader, content);
  const lines = directory && new DirectoryLines(directory, target);
  let place = 0;
  while (lines?.next()) {
    const next = place + lines.count;
    if (lines.isNeeded) while (place < next) take(readEntry(reader, clock), place++);
    else reader.skip(lines.bytes);
    place = next;
  }
  while (!reader.isAtEnd) take(readEntry(reader, clock), place++);
}
