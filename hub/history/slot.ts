import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { type Bucket, BucketRing, LEVELS, type PageBudget } from './bucket.ts';

/** The buckets of a time span. */
export interface Found {
  /** The last bucket before the time span, if there is one. */
  readonly before: Bucket | undefined;
  /** The buckets in the time span, in order. */
  readonly buckets: readonly Bucket[];
}

/** Keeps the buckets of one topic, by level. Each level is a ring: a bucket replaces the one a round earlier. */
export interface Slots {
  /** The buckets with indices from `first` to `last`, and the one before. Rejects with `store/unavailable`. */
  read(level: number, first: number, last: number): Promise<Found>;
  /** The latest index of a level that was lost for lack of memory; 0, or absent, if none was lost. */
  lostIndex?(level: number): number;
  /** Adds buckets, merging those of the same index; resolves when they survive a power cut. After `store/unavailable` all may be written again. */
  write(fresh: readonly (readonly Bucket[])[]): Promise<void>;
  /** Removes all buckets. Rejects with `store/unavailable`. */
  remove(): Promise<void>;
}

/** Index and checksum, four bytes each, then lowest, highest and last value, eight bytes each. No slot crosses a page boundary. */
export const SLOT_BYTES = 32;

/** Writes a bucket to a slot that begins at `at`. Its index is from 1 to 2³² − 1. */
export function writeSlot(bytes: Buffer, at: number, { index, min, max, last }: Bucket): void {
  bytes.writeUInt32LE(index, at);
  bytes.writeDoubleLE(min, at + 8);
  bytes.writeDoubleLE(max, at + 16);
  bytes.writeDoubleLE(last, at + 24);
  bytes.writeUInt32LE(checksum(bytes, at, index), at + 4);
}

/** The index in a slot that begins at `at`, unchecked; 0 if it was never written. */
export function indexIn(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at);
}

/** The bucket in a slot that begins at `at`; `undefined` if it was never written, or is damaged. */
export function parseSlot(bytes: Buffer, at: number): Bucket | undefined {
  const index = indexIn(bytes, at);
  if (index === 0 || checksum(bytes, at, index) !== bytes.readUInt32LE(at + 4)) return undefined;
  const [min, max, last] = [
    bytes.readDoubleLE(at + 8),
    bytes.readDoubleLE(at + 16),
    bytes.readDoubleLE(at + 24),
  ];
  return { index, min, max, last };
}

function checksum(bytes: Buffer, at: number, index: number): number {
  return crc32(bytes.subarray(at + 8, at + SLOT_BYTES), index);
}

/** Reads a level of `count` slots, as far as it was ever written. Calls `onDamage` for each slot that it finds damaged. */
export function scanSlots(
  bytes: Buffer,
  count: number,
  [first, last]: readonly [first: number, last: number],
  onDamage: () => void,
): Found {
  const parse = (index: number): Bucket | undefined => {
    const bucket = parseSlot(bytes, (index % count) * SLOT_BYTES);
    if (!bucket) onDamage();
    return bucket;
  };
  const earlier: number[] = [];
  const within: number[] = [];
  for (let at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
    const index = indexIn(bytes, at);
    if (index !== 0 && index % count !== at / SLOT_BYTES) onDamage();
    else if (index >= first && index <= last) within.push(index);
    else if (index !== 0 && index < first) earlier.push(index);
  }
  const buckets = within.sort((one, other) => one - other).flatMap((index) => parse(index) ?? []);
  // Checksums are the main cost, so only the latest slot is checked, unless it is damaged.
  earlier.sort((one, other) => other - one);
  const sound = earlier.find(parse);
  return { before: sound === undefined ? undefined : parse(sound), buckets };
}

/** Buckets in memory. Beyond a few pages they share a budget with those of other topics, if there is one. */
export class MemorySlots implements Slots {
  readonly #rings: readonly BucketRing[];

  constructor(budget?: PageBudget) {
    this.#rings = LEVELS.map((level) => new BucketRing(level, budget));
  }

  async read(level: number, first: number, last: number): Promise<Found> {
    const ring = this.#rings[level];
    return { before: ring?.lastBefore(first), buckets: ring?.read(first, last) ?? [] };
  }

  lostIndex(level: number): number {
    return this.#rings[level]?.lostIndex ?? 0;
  }

  async write(fresh: readonly (readonly Bucket[])[]): Promise<void> {
    for (const [level, buckets] of fresh.entries()) {
      for (const bucket of buckets) this.#rings[level]?.put(bucket);
    }
  }

  async remove(): Promise<void> {
    for (const ring of this.#rings) ring.clear();
  }
}
