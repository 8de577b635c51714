import { Buffer } from 'node:buffer';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { replaceFiles } from '../../files/replace-files.ts';
import { type Bucket, mergeBuckets } from './bucket.ts';
import { guardFiles, openIfThere, readAt, withFile } from './file-work.ts';
import { LEVELS } from './level.ts';
import { createHead, HEAD_BYTES, parseHead, type RingHead } from './ring-head.ts';
import { indexIn, parseSlot, SLOT_BYTES, SlotScan, writeSlot } from './slot.ts';
import type { Found, Slots } from './slots.ts';

/** What a disk writes at least. */
const PAGE_BYTES = 4096;

/** The buckets of one topic in a file of fixed size, of which only what was written takes room on the disk. It is made when it is first written to. */
export class RingFile implements Slots {
  readonly #path: string;
  readonly #head: Buffer;
  readonly #onDamage: (path: string) => void;
  #isDamageTold = false;

  private constructor(path: string, head: Buffer, onDamage: (path: string) => void) {
    this.#path = path;
    this.#head = head;
    this.#onDamage = onDamage;
  }

  /**
   * The file of a topic, whether it is there or not; `undefined` where the topic has no room in one. `onDamage` is told, once, where
   * something in it is not as it was written.
   */
  static of(
    path: string,
    topic: string,
    onDamage: (path: string) => void = () => undefined,
  ): RingFile | undefined {
    const head = createHead(topic);
    return head && new RingFile(path, head, onDamage);
  }

  async read(level: number, first: number, last: number): Promise<Found> {
    const count = LEVELS[level]?.count ?? 1;
    const scan = new SlotScan(await this.#readLevel(level, count), count);
    const found = { before: scan.lastBefore(first), buckets: scan.within(first, last) };
    if (scan.isDamaged && !this.#isDamageTold) this.#onDamage(this.#path);
    this.#isDamageTold ||= scan.isDamaged;
    return found;
  }

  async write(fresh: readonly (readonly Bucket[])[]): Promise<void> {
    await guardFiles(this.#path, async () => {
      const file = (await openIfThere(this.#path, 'r+')) ?? (await this.#create());
      await withFile(file, async () => {
        for (const [page, places] of pagesOf(fresh)) await writePage(file, page * PAGE_BYTES, places);
        await file.datasync();
      });
    });
  }

  async remove(): Promise<void> {
    await guardFiles(this.#path, () => rm(this.#path, { force: true }));
  }

  #readLevel(level: number, count: number): Promise<Buffer> {
    return guardFiles(this.#path, async () => {
      const file = await openIfThere(this.#path, 'r');
      if (!file) return Buffer.alloc(0);
      return withFile(file, () => readAt(file, offsetOf(level, 0), count * SLOT_BYTES));
    });
  }

  /** Under another name until its head is on the disk: so whatever has its name has a head. */
  async #create(): Promise<FileHandle> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await replaceFiles([{ path: this.#path, content: this.#head }]);
    return open(this.#path, 'r+');
  }
}

/** What a file says that it is; `undefined` where it is none of history. Rejects with what the file system says. */
export async function readHead(path: string): Promise<RingHead | undefined> {
  const file = await open(path, 'r');
  return withFile(file, async () => parseHead(await readAt(file, 0, HEAD_BYTES)));
}

/** A bucket, and where in the file it goes. */
interface Place {
  readonly offset: number;
  readonly bucket: Bucket;
}

/** Buckets by the page of the file in which they go. */
function pagesOf(fresh: readonly (readonly Bucket[])[]): ReadonlyMap<number, readonly Place[]> {
  const pages = new Map<number, Place[]>();
  for (const [level, buckets] of fresh.entries()) {
    for (const bucket of buckets) {
      const offset = offsetOf(level, bucket.index % (LEVELS[level]?.count ?? 1));
      const page = Math.floor(offset / PAGE_BYTES);
      pages.set(page, [...(pages.get(page) ?? []), { offset, bucket }]);
    }
  }
  return pages;
}

async function writePage(file: FileHandle, pageOffset: number, places: readonly Place[]): Promise<void> {
  const bytes = Buffer.alloc(Math.min(PAGE_BYTES, FILE_BYTES - pageOffset));
  (await readAt(file, pageOffset, bytes.length)).copy(bytes);
  for (const { offset, bucket } of places) putSlot(bytes, offset - pageOffset, bucket);
  await file.write(bytes, 0, bytes.length, pageOffset);
}

function putSlot(bytes: Buffer, at: number, bucket: Bucket): void {
  const before = indexIn(bytes, at) === bucket.index ? parseSlot(bytes, at) : undefined;
  writeSlot(bytes, at, before ? mergeBuckets(before, bucket) : bucket);
}

function offsetOf(level: number, slot: number): number {
  const before = LEVELS.slice(0, level).filter(({ isKept }) => isKept);
  return HEAD_BYTES + (before.reduce((sum, { count }) => sum + count, 0) + slot) * SLOT_BYTES;
}

/** How long a file becomes at most. */
const FILE_BYTES = offsetOf(LEVELS.length, 0);
