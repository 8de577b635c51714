import { Buffer } from 'node:buffer';

/** The smallest unit that a disk writes, bytes. */
const SECTOR_BYTES = 512;

/** Bytes that are written at an offset or, if there are none, a truncation there. */
interface Change {
  readonly at: number;
  readonly bytes?: Uint8Array;
}

/** The content of a file: as processes see it, and as it is on the disk. */
export class Sheet {
  content: Buffer;
  #flushed: Buffer;
  /** Changes that are not on the disk yet, and how many there were before. */
  #changes: Change[] = [];
  #before = 0;

  constructor(content: Buffer = Buffer.alloc(0)) {
    this.content = content;
    this.#flushed = content;
  }

  get changeCount(): number {
    return this.#before + this.#changes.length;
  }

  write(at: number, bytes: Uint8Array): void {
    this.#change({ at, bytes: Uint8Array.from(bytes) });
  }

  truncate(size: number): void {
    this.#change({ at: size });
  }

  /** The first changes, this many counted from the beginning, are on the disk now. */
  flush(count: number): void {
    const due = this.#changes.splice(0, Math.max(0, count - this.#before));
    this.#before += due.length;
    for (const change of due) this.#flushed = apply(this.#flushed, change);
  }

  /** Only a part of the last write was done: 0–1 of it. */
  tearLast(part: number): void {
    const last = this.#changes.pop();
    if (!last) return;
    const bytes = last.bytes?.subarray(0, Math.floor(part * last.bytes.length));
    this.#changes.push({ ...last, ...(bytes && { bytes }) });
    this.content = this.#changes.reduce(apply, this.#flushed);
  }

  /** The bytes on the disk, and some of those that were on their way there. */
  afterPowerCut(random: () => number): Buffer {
    return this.#changes.flatMap((change) => survivors(change, random)).reduce(apply, this.#flushed);
  }

  #change(change: Change): void {
    this.content = apply(this.content, change);
    this.#changes.push(change);
  }
}

function apply(before: Buffer, { at, bytes }: Change): Buffer {
  if (!bytes) return Buffer.concat([before], at);
  const after = Buffer.alloc(Math.max(before.length, at + bytes.length));
  before.copy(after);
  after.set(bytes, at);
  return after;
}

/** A change completely, not at all, or some sectors of it. */
function survivors(change: Change, random: () => number): Change[] {
  const fate = random();
  if (fate < 1 / 3) return [];
  if (fate < 2 / 3 || !change.bytes) return [change];
  return toSectors(change.at, change.bytes).filter(() => random() < 0.5);
}

function toSectors(at: number, bytes: Uint8Array): Change[] {
  const sectors: Change[] = [];
  for (let from = at; from < at + bytes.length; ) {
    const to = Math.min(at + bytes.length, (Math.floor(from / SECTOR_BYTES) + 1) * SECTOR_BYTES);
    sectors.push({ at: from, bytes: bytes.subarray(from - at, to - at) });
    from = to;
  }
  return sectors;
}
