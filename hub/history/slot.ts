import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { type Bucket, BucketRing, LEVELS } from './bucket.ts';

/** What there is of a stretch of a level. */
export interface Found {
  /** The last bucket before it, if there is one. */
  readonly before: Bucket | undefined;
  /** Those in it, in order. */
  readonly buckets: readonly Bucket[];
}

/** Where the buckets of one topic are, level by level. Each level is a ring: a bucket takes the place of the one that is a round older. */
export interface Slots {
  /** The buckets with indices from `first` to `last`, and the one before. Rejects with `store/unavailable`. */
  read(level: number, first: number, last: number): Promise<Found>;
  /**
   * Puts buckets in, those of each level, as what came after what there is of the same index. Resolves when a power cut leaves them
   * there. Rejects with `store/unavailable`; some may be in then, and may be put in again.
   */
  write(fresh: readonly (readonly Bucket[])[]): Promise<void>;
  /** Does away with all of them. Rejects with `store/unavailable`. */
  remove(): Promise<void>;
}

/** Index and checksum, four bytes each, then lowest, highest and last value, eight bytes each. No slot lies across two pages. */
export const SLOT_BYTES = 32;

/** Writes a bucket to a slot that begins at `at`. Its index is from 1 to 2³² − 1. */
export function writeSlot(bytes: Buffer, at: number, { index, min, max, last }: Bucket): void {
  bytes.writeUInt32LE(index, at);
  bytes.writeDoubleLE(min, at + 8);
  bytes.writeDoubleLE(max, at + 16);
  bytes.writeDoubleLE(last, at + 24);
  bytes.writeUInt32LE(checksum(bytes, at, index), at + 4);
}

/** The index in a slot that begins at `at`; 0 where nothing was written. Whether it is damaged is not looked at. */
export function indexIn(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at);
}

/** The bucket in a slot that begins at `at`; `undefined` where nothing was written, or it is damaged. */
export function parseSlot(bytes: Buffer, at: number): Bucket | undefined {
  const index = indexIn(bytes, at);
  if (index === 0 || checksum(bytes, at, index) !== bytes.readUInt32LE(at + 4)) return undefined;
  const [min, max, last] = [8, 16, 24].map((field) => bytes.readDoubleLE(at + field));
  return min === undefined || max === undefined || last === undefined ? undefined : { index, min, max, last };
}

function checksum(bytes: Buffer, at: number, index: number): number {
  return crc32(bytes.subarray(at + 8, at + SLOT_BYTES), index);
}

/** What a level's bytes hold of a stretch, and whether some of what was met on the way is damaged. */
export class SlotScan {
  isDamaged = false;
  readonly #bytes: Buffer;
  readonly #count: number;

  /** The bytes of a level of `count` slots, as far as they were ever written. */
  constructor(bytes: Buffer, count: number) {
    this.#bytes = bytes.subarray(0, bytes.length - (bytes.length % SLOT_BYTES));
    this.#count = count;
  }

  /** The buckets with indices from `first` to `last`, in order. */
  within(first: number, last: number): Bucket[] {
    return this.#offsets((index) => index >= first && index <= last)
      .flatMap((at) => this.#parse(at) ?? [])
      .sort((one, other) => one.index - other.index);
  }

  /** The last bucket before an index. Checksums cost more than all else, so that only the last slot's is looked at. */
  lastBefore(first: number): Bucket | undefined {
    for (let bound = first; ; ) {
      let found = -1;
      for (const at of this.#offsets((index) => index > 0 && index < bound)) {
        if (found === -1 || indexIn(this.#bytes, at) > indexIn(this.#bytes, found)) found = at;
      }
      const bucket = found === -1 ? undefined : this.#parse(found);
      if (bucket || found === -1) return bucket;
      bound = indexIn(this.#bytes, found);
    }
  }

  /** Where the slots with such an index begin. */
  #offsets(isWanted: (index: number) => boolean): number[] {
    const offsets: number[] = [];
    for (let at = 0; at < this.#bytes.length; at += SLOT_BYTES) {
      const index = indexIn(this.#bytes, at);
      if (index % this.#count !== at / SLOT_BYTES && index !== 0) this.isDamaged = true;
      else if (isWanted(index)) offsets.push(at);
    }
    return offsets;
  }

  #parse(at: number): Bucket | undefined {
    const bucket = parseSlot(this.#bytes, at);
    if (!bucket) this.isDamaged = true;
    return bucket;
  }
}

/** Buckets that last as long as the process. */
export class MemorySlots implements Slots {
  #rings = createRings();

  async read(level: number, first: number, last: number): Promise<Found> {
    const ring = this.#rings[level];
    return { before: ring?.lastBefore(first), buckets: ring?.read(first, last) ?? [] };
  }

  async write(fresh: readonly (readonly Bucket[])[]): Promise<void> {
    for (const [level, buckets] of fresh.entries()) {
      for (const bucket of buckets) this.#rings[level]?.put(bucket);
    }
  }

  async remove(): Promise<void> {
    this.#rings = createRings();
  }
}

function createRings(): BucketRing[] {
  return LEVELS.map(({ count }) => new BucketRing(count));
}
