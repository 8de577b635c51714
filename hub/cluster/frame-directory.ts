import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';

/*
 * The directory of a frame says which of its entries which hubs need, so that the others need not read them:
 *
 *   1. The writer lists the hubs whose filters it knows, each with the version of them that it knew when the frame began. Whatever one of them may want is marked
 *      for it: messages that match its filters or were picked for it, and all that is for everybody, as retained messages are.
 *   2. A hub passes over an entry only if the frame lists it, under its present epoch, and the entry is not marked for it, and it has added no filter since that
 *      version. So no subscription misses a message because the writer had not heard of it yet; it does not matter when a SUBACK was sent.
 *   3. Whoever is not listed reads everything. So do hubs of earlier versions, for which a directory is a message to nobody in front of the entries. It has no serial;
 *      as they give it one, they may show a retained message of that frame once more.
 *
 * To read an entry takes about as long as eight lines of a directory, so short frames have none.
 */

/** A hub that gets some of the entries. */
export interface Destination {
  readonly name: string;
  readonly epoch: number;
  /** Marks it: a power of two below `EVERYBODY`, or 0 if it cannot be marked. */
  readonly mark: number;
  /** Whether it serves no longer, so that its mark may be another's. */
  readonly isGone: boolean;
}

/** A hub whose filters the writer knows up to a version. */
export interface KnownDestination {
  readonly destination: Destination;
  readonly version: number;
}

/** All marks: an entry that every hub needs. */
export const EVERYBODY = 2 ** 30 - 1;

/** A frame of fewer entries has no directory. */
const LEAST_ENTRIES = 8;

/** A message to members of shared subscriptions alone, without topic and payload. No client can publish it. */
const OPENING = [0x0a, 0x00, 0x08, 0x00, 0x01] as const;

/** The hub where these members are: no hub has this name. */
const NOWHERE = '*';

/** Notes which entries of a frame are for which hubs. Entries in a row for the same hubs take one line. */
export class DirectoryWriter {
  readonly #lines = new ByteWriter();
  readonly #list = new ByteWriter();
  readonly #entry = new ByteWriter();
  #known: readonly KnownDestination[] = [];
  /** What the last line says, as far as it is complete. */
  #wanted = 0;
  #count = 0;
  #lineAt = 0;
  #total = 0;
  #isForAll = true;

  /** Begins a frame, with what is known now. */
  begin(known: readonly KnownDestination[]): void {
    this.#known = known;
    this.#lines.clear();
    this.#count = 0;
    this.#lineAt = 0;
    this.#total = 0;
    this.#isForAll = true;
  }

  /** The next entry begins at this offset, and is for the hubs with these marks. */
  add(at: number, wanted: number): void {
    if (this.#count > 0 && wanted !== this.#wanted) this.#endLine(at);
    this.#wanted = wanted;
    this.#count++;
    this.#total++;
    if (wanted !== EVERYBODY) this.#isForAll = false;
  }

  /** The directory of entries that take so many bytes; `undefined` if it would spare nobody anything. Valid until the next frame. */
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
  /** Whether it has added filters of its own since a version of them. */
  readonly hasAddedSince: (version: number) => boolean;
}

/** Moves a reader at the beginning of a frame's content behind its directory. Returns what that says; `undefined` if there is none. */
export function takeDirectory(reader: ByteReader, content: Uint8Array): Uint8Array | undefined {
  for (let at = 0; at < OPENING.length; at++) if (content[at] !== OPENING[at]) return undefined;
  reader.skip(OPENING.length);
  const directory = reader.blob();
  reader.text();
  return directory;
}

/** The lines of a directory, as one hub reads them: entries in a row, all of which it needs, or none. */
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

  /** Goes to the next line. Returns whether there is one; there is none if the hub must read everything. */
  next(): boolean {
    if (this.#mark === 0 || this.#reader.isAtEnd) return false;
    this.count = this.#reader.integer();
    this.bytes = this.#reader.integer();
    this.isNeeded = (this.#reader.integer() & this.#mark) !== 0;
    return true;
  }
}

/** The mark of a hub; 0 if the marks say nothing of what it needs. */
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
