import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';

/*
 * The directory of a frame lists which hubs need which of its entries, so that the others need not read them:
 *
 *   1. The writer lists the hubs whose filters it knows, each with the version of them that it knew when the frame began. Everything that one of them may want is
 *      marked for it: messages that match its filters or were picked for it, and everything that all hubs need, such as retained messages.
 *   2. A hub skips an entry only if the frame lists the hub under its present epoch, the entry is not marked for it, and it has added no filter since that
 *      version. So no subscription misses a message because the writer did not know of it yet; it does not matter when a SUBACK was sent.
 *   3. A hub that is not listed reads everything. So do hubs of earlier versions, which see the directory as a message without receivers before the entries. It has no
 *      serial; as they give it one, they may deliver a retained message of that frame once more.
 *
 * Reading an entry takes about as long as reading eight lines of a directory, so short frames have none.
 */

/** A hub that needs only some of the entries. */
export interface Destination {
  readonly name: string;
  readonly epoch: number;
  /** The hub's mark: a power of two below `ALL_HUBS`, or 0 if no mark is left for the hub. */
  readonly mark: number;
  /** Whether the hub no longer serves. Another hub may get its mark then. */
  readonly isGone: boolean;
}

/** A hub whose filters the writer knows up to a version. */
export interface KnownDestination {
  readonly destination: Destination;
  readonly version: number;
}

/** All marks: an entry that every hub needs. */
export const ALL_HUBS = 2 ** 30 - 1;

/** A frame with fewer entries has no directory. */
const LEAST_ENTRIES = 8;

/** A message only to members of shared subscriptions, without topic and payload. No client can publish it. */
const OPENING = [0x0a, 0x00, 0x08, 0x00, 0x01] as const;

/** The hub where these members are: no hub has this name. */
const NOWHERE = '*';

/** Records which entries of a frame are for which hubs. Consecutive entries for the same hubs share one line. */
export class DirectoryWriter {
  readonly #lines = new ByteWriter();
  readonly #list = new ByteWriter();
  readonly #entry = new ByteWriter();
  #known: readonly KnownDestination[] = [];
  /** The hubs that the current line is for, as marks. */
  #wanted = 0;
  #count = 0;
  #lineAt = 0;
  #total = 0;
  #isForAll = true;

  /** Begins a frame with the hubs known now. */
  begin(known: readonly KnownDestination[]): void {
    this.#known = known;
    this.#lines.clear();
    this.#count = 0;
    this.#lineAt = 0;
    this.#total = 0;
    this.#isForAll = true;
  }

  /** Records that the next entry begins at this offset, and is for the hubs with these marks. */
  add(at: number, wanted: number): void {
    if (this.#count > 0 && wanted !== this.#wanted) this.#endLine(at);
    this.#wanted = wanted;
    this.#count++;
    this.#total++;
    if (wanted !== ALL_HUBS) this.#isForAll = false;
  }

  /** The directory of entries of this total length, bytes; `undefined` if it would save no hub any work. Valid until the next frame. */
  end(length: number): Uint8Array | undefined {
    if (this.#isForAll || this.#total < LEAST_ENTRIES) return undefined;
    const known = this.#known.filter(({ destination }) => !destination.isGone);
    if (known.length === 0) return undefined;
    this.#endLine(length);
    const entry = this.#entry;
    entry.clear();
    for (const byte of OPENING) entry.byte(byte);
    entry.blob(this.#listed(known));
    entry.text(NOWHERE);
    return entry.bytes;
  }

  #endLine(at: number): void {
    this.#lines.integer(this.#count);
    this.#lines.integer(at - this.#lineAt);
    this.#lines.integer(this.#wanted);
    this.#lineAt = at;
    this.#count = 0;
  }

  #listed(known: readonly KnownDestination[]): Uint8Array {
    const list = this.#list;
    list.clear();
    list.integer(known.length);
    for (const { destination, version } of known) {
      list.text(destination.name);
      list.integer(destination.epoch);
      list.integer(version);
      list.integer(destination.mark);
    }
    list.append(this.#lines.bytes);
    return list.bytes;
  }
}

/** A hub that reads the frames of others. */
export interface FrameTarget {
  readonly hub: string;
  readonly epoch: number;
  /** Whether the hub has added filters since this version of its filters. */
  readonly hasAddedSince: (version: number) => boolean;
}

/** Moves a reader from the beginning of a frame's content past its directory. Returns the directory; `undefined` if there is none. */
export function takeDirectory(reader: ByteReader, content: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at < OPENING.length; at++) if (content[at] !== OPENING[at]) return undefined;
  reader.skip(OPENING.length);
  const directory = reader.blob();
  reader.text();
  return directory;
}

/** The lines of a directory as one hub reads them: consecutive entries, all of which or none of which it needs. */
export class DirectoryLines {
  readonly #reader: ByteReader;
  readonly #mark: number;
  count = 0;
  bytes = 0;
  isNeeded = true;

  constructor(directory: Uint8Array, target: FrameTarget) {
    this.#reader = new ByteReader(directory);
    this.#mark = readMark(this.#reader, target);
  }

  /** Goes to the next line. Returns false if there is no further line, or if the hub must read everything. */
  next(): boolean {
    if (this.#mark === 0 || this.#reader.isAtEnd) return false;
    this.count = this.#reader.integer();
    this.bytes = this.#reader.integer();
    this.isNeeded = (this.#reader.integer() & this.#mark) !== 0;
    return true;
  }
}

/** The mark of a hub; 0 if the marks do not show what it needs. */
function readMark(reader: ByteReader, { hub, epoch, hasAddedSince }: FrameTarget): number {
  let found = 0;
  for (let left = reader.integer(); left > 0; left--) {
    const isThis = reader.text() === hub;
    const isPresent = reader.integer() === epoch;
    const version = reader.integer();
    const mark = reader.integer();
    if (isThis && isPresent && !hasAddedSince(version)) found = mark;
  }
  return found;
}
