import { Buffer } from 'node:buffer';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import { guardStorage } from '../storage-fault.ts';
import { type Bucket, mergeBuckets } from './bucket.ts';
import { LEVELS } from './level.ts';
import type { Slots } from './slots.ts';

/** In front of the slots: what the file is, as a line of JSON, filled up with spaces. */
const HEAD_BYTES = 131_072;

/** Index and checksum, four bytes each, then lowest, highest and last value, eight bytes each. No slot lies across two pages. */
const SLOT_BYTES = 32;

const head = z.object({ format: z.literal('pinhub-history'), version: z.literal(1), topic: z.string() });

/** The buckets of one topic in a file of fixed size, of which only what was written takes room on the disk. */
export class RingFile implements Slots {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /** Makes a file for a topic. Throws what the file system says, as do `open` and `write`. */
  static create(path: string, topic: string): RingFile {
    const line = Buffer.from(`${JSON.stringify({ format: 'pinhub-history', version: 1, topic })}\n`);
    withFile(path, 'wx', (file) => writeSync(file, line, 0, Math.min(line.length, HEAD_BYTES), 0));
    return new RingFile(path);
  }

  /** A file that is there, and its topic; `undefined` where it is none of ours. */
  static open(path: string): { ring: RingFile; topic: string } | undefined {
    const bytes = withFile(path, 'r', (file) => readAt(file, 0, HEAD_BYTES));
    const line = bytes.subarray(0, Math.max(0, bytes.indexOf(0x0a))).toString();
    const parsed = z.string().transform(toJson).pipe(head).safeParse(line);
    return parsed.success ? { ring: new RingFile(path), topic: parsed.data.topic } : undefined;
  }

  /** Throws `store/unavailable`. */
  read(level: number, first: number, last: number): Bucket[] {
    const count = LEVELS[level]?.count ?? 1;
    const bytes = guardStorage(this.#path, () =>
      withFile(this.#path, 'r', (file) => readAt(file, offsetOf(level, 0), count * SLOT_BYTES)),
    );
    const found: Bucket[] = [];
    for (let at = 0; at + SLOT_BYTES <= bytes.length; at += SLOT_BYTES) {
      const bucket = parseSlot(bytes.subarray(at, at + SLOT_BYTES));
      const isHere = bucket !== undefined && bucket.index % count === at / SLOT_BYTES;
      if (isHere && bucket.index >= first && bucket.index <= last) found.push(bucket);
    }
    return found.sort((one, other) => one.index - other.index);
  }

  write(level: number, buckets: Iterable<Bucket>): void {
    const count = LEVELS[level]?.count ?? 1;
    withFile(this.#path, 'r+', (file) => {
      for (const bucket of buckets) {
        const offset = offsetOf(level, bucket.index % count);
        const before = parseSlot(readAt(file, offset, SLOT_BYTES));
        const merged = before?.index === bucket.index ? mergeBuckets(before, bucket) : bucket;
        writeSync(file, toSlot(merged), 0, SLOT_BYTES, offset);
      }
    });
  }
}

function offsetOf(level: number, slot: number): number {
  const before = LEVELS.slice(0, level).filter(({ isKept }) => isKept);
  return HEAD_BYTES + (before.reduce((sum, { count }) => sum + count, 0) + slot) * SLOT_BYTES;
}

function toSlot({ index, min, max, last }: Bucket): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.writeUInt32LE(index, 0);
  slot.writeDoubleLE(min, 8);
  slot.writeDoubleLE(max, 16);
  slot.writeDoubleLE(last, 24);
  slot.writeUInt32LE(crc32(slot.subarray(8), index), 4);
  return slot;
}

/** `undefined` where nothing was written, or it is damaged. */
function parseSlot(slot: Buffer): Bucket | undefined {
  if (slot.length < SLOT_BYTES) return undefined;
  const index = slot.readUInt32LE(0);
  if (index === 0 || crc32(slot.subarray(8), index) !== slot.readUInt32LE(4)) return undefined;
  return { index, min: slot.readDoubleLE(8), max: slot.readDoubleLE(16), last: slot.readDoubleLE(24) };
}

function readAt(file: number, offset: number, count: number): Buffer {
  const buffer = Buffer.alloc(count);
  return buffer.subarray(0, readSync(file, buffer, 0, count, offset));
}

function withFile<T>(path: string, flags: 'r' | 'r+' | 'wx', work: (file: number) => T): T {
  const file = openSync(path, flags, 0o600);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

function toJson(text: string, context: z.RefinementCtx): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    context.addIssue(String(error));
    return z.NEVER;
  }
}
