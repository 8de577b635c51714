import type { Message } from '../core/message.ts';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { MESSAGE } from '../storage/hub/codecs.ts';

/** `begin` opens a hub's epoch. `part` holds the beginning of entries that need several frames, `entries` their end, or all of them. */
const KINDS = ['begin', 'part', 'entries'] as const;

/** A frame of the ledger. */
export interface LedgerFrame {
  readonly kind: (typeof KINDS)[number];
  /** The hub that appended it, and the epoch of that hub. */
  readonly hub: string;
  readonly epoch: number;
  /** Numbers the frames of this hub and epoch; 0 for `begin`. */
  readonly count: number;
  /** How many entries end in this frame. */
  readonly entries: number;
  /** How many `part` frames come directly before this frame. */
  readonly parts: number;
  readonly content: Uint8Array;
}

/** The approximate size of everything besides the content, bytes. */
const HEADER_BYTES = 64;

/** The first byte of every frame: the format, so that later formats can be recognized. */
const FORMAT = 1;

/** The largest size of a frame without its content and the name of its hub, bytes. */
export const LEDGER_OVERHEAD_BYTES = 40;

/** The content may come in pieces. */
export function encodeLedgerFrame(
  { kind, hub, epoch, count, entries, parts }: Omit<LedgerFrame, 'content'>,
  ...content: readonly Uint8Array[]
): Uint8Array {
  const writer = new ByteWriter(HEADER_BYTES);
  writer.byte(FORMAT);
  writer.byte(KINDS.indexOf(kind));
  writer.text(hub);
  writer.integer(epoch);
  writer.integer(count);
  writer.integer(entries);
  writer.integer(parts);
  return Buffer.concat([writer.bytes, ...content]);
}

/** The frame in an entry of the log; `undefined` if the entry is not a frame. */
export function decodeLedgerFrame(bytes: Uint8Array): LedgerFrame | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.byte() !== FORMAT) return undefined;
    const kind = KINDS[reader.byte()];
    if (!kind) return undefined;
    return {
      kind,
      hub: reader.text(),
      epoch: reader.integer(),
      count: reader.integer(),
      entries: reader.integer(),
      parts: reader.integer(),
      content: bytes.subarray(reader.offset),
    };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The choice of the member that gets a shared message: the whole filter, and the hub where the member is. */
export interface EntryPick {
  readonly share: string;
  readonly hub: string;
}

/** A message in the order of all hubs. */
export interface MessageEntry {
  readonly kind: 'message';
  readonly message: Message;
  readonly picks: readonly EntryPick[];
  /** Only the picked members get it. */
  readonly isForPicksOnly: boolean;
  /** The number under which the hub that appended it had kept it as undelivered to a member. */
  readonly undelivered?: number | undefined;
  /** The client that published it at QoS 2, and its packet identifier. */
  readonly receipt: { readonly clientIdentifier: string; readonly packetIdentifier: number } | undefined;
}

/** Another hub has taken over from this one: entries that this one appends in this epoch or an earlier one no longer count. */
export interface TakeoverEntry {
  readonly kind: 'over';
  readonly hub: string;
  readonly epoch: number;
}

export type LedgerEntry = MessageEntry | TakeoverEntry;

const IS_OVER = 0x01;
const HAS_PICKS = 0x02;
const HAS_RECEIPT = 0x04;
const FOR_PICKS_ONLY = 0x08;

/** Precedes the number under which a message was kept as undelivered: no hub has this name, so earlier versions skip it. */
const NO_HUB = '';

/** Two clocks that count differently: this hub's, and the time of day, which all hubs share. */
export interface EntryClock {
  /** Milliseconds of the hub's clock. */
  readonly now: () => number;
  /** Milliseconds since 1970. */
  readonly timeOfDay: () => number;
}

export function writeEntry(writer: ByteWriter, entry: LedgerEntry, clock: EntryClock): void {
  if (entry.kind === 'over') {
    writer.byte(IS_OVER);
    writer.text(entry.hub);
    writer.integer(entry.epoch);
    return;
  }
  const { message, isForPicksOnly, undelivered, receipt } = entry;
  const picks =
    undelivered === undefined ? entry.picks : [...entry.picks, { share: `${undelivered}`, hub: NO_HUB }];
  writer.byte(
    (picks.length > 0 ? HAS_PICKS : 0) | (receipt ? HAS_RECEIPT : 0) | (isForPicksOnly ? FOR_PICKS_ONLY : 0),
  );
  MESSAGE.write(writer, toTimeOfDay(message, clock));
  if (picks.length > 0) {
    writer.integer(picks.length);
    for (const { share, hub } of picks) {
      writer.text(share);
      writer.text(hub);
    }
  }
  if (receipt) {
    writer.text(receipt.clientIdentifier);
    writer.integer(receipt.packetIdentifier);
  }
}

/** Throws `RangeError` if it is not an entry. */
export function readEntry(reader: ByteReader, clock: EntryClock): LedgerEntry {
  const flags = reader.byte();
  if (flags & IS_OVER) return { kind: 'over', hub: reader.text(), epoch: reader.integer() };
  const message = fromTimeOfDay(MESSAGE.read(reader), clock);
  const all = flags & HAS_PICKS ? readPicks(reader) : NO_PICKS;
  const picks = all.filter(({ hub }) => hub !== NO_HUB);
  const numbered = all.find(({ hub }) => hub === NO_HUB);
  const undelivered = numbered && Number(numbered.share);
  const receipt =
    flags & HAS_RECEIPT ? { clientIdentifier: reader.text(), packetIdentifier: reader.integer() } : undefined;
  return {
    kind: 'message',
    message,
    picks,
    undelivered,
    isForPicksOnly: (flags & FOR_PICKS_ONLY) !== 0,
    receipt,
  };
}

const NO_PICKS: readonly EntryPick[] = [];

function readPicks(reader: ByteReader): EntryPick[] {
  const count = reader.integer();
  return Array.from({ length: count }, () => ({ share: reader.text(), hub: reader.text() }));
}

/** Returns a message with its expiry by the time of day. Most messages never expire, and then no clock is read. */
export function toTimeOfDay(message: Message, clock: EntryClock): Message {
  return message.expiresAt === undefined ? message : shift(message, clock.timeOfDay() - clock.now());
}

/** Returns a message with its expiry by the hub's clock. */
export function fromTimeOfDay(message: Message, clock: EntryClock): Message {
  return message.expiresAt === undefined ? message : shift(message, clock.now() - clock.timeOfDay());
}

/** Returns a message with its expiry by a clock that is ahead by this many milliseconds. */
export function shift(message: Message, byMs: number): Message {
  return message.expiresAt === undefined ? message : message.with({ expiresAt: message.expiresAt + byMs });
}
