import { Buffer } from 'node:buffer';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { guardStorage, replaceFiles } from '../files/files.ts';
import { type Bucket, LEVELS, mergeBuckets } from './bucket.ts';
import { type Found, indexIn, parseSlot, SLOT_BYTES, type Slots, scanSlots, writeSlot } from './slot.ts';

/** The head before the slots: a line of JSON that describes the file, padded with zeros. */
const HEAD_BYTES = 131_072;

/** To change the layout, `LEVELS` or the slot, increase it and keep reading this version; test/hub/storage/golden has a file of each. */
export const RING_VERSION = 1;

const schema = z.object({
  format: z.literal('pinhub-history'),
  version: z.int().positive(),
  topic: z.string(),
});

type RingHead = z.infer<typeof schema>;

/** The head of a topic's file; `undefined` if the topic is too long for it. */
function createHead(topic: string): Buffer | undefined {
  const line = JSON.stringify({ format: 'pinhub-history', version: RING_VERSION, topic });
  const bytes = Buffer.from(`${line}\n`);
  return bytes.length <= HEAD_BYTES ? bytes : undefined;
}

/** The head of a file; `undefined` if it has none. */
function parseHead(bytes: Buffer): RingHead | undefined {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8', 0, Math.max(0, bytes.indexOf('\n')))));
  } catch {
    return undefined;
  }
}

/** The smallest unit that a disk writes. */
const PAGE_BYTES = 4096;

/** The buckets of one topic in a sparse file of fixed size. The first write creates it. */
export class RingFile implements Slots {
  readonly #path: string;
  readonly #head: Buffer;
  readonly #onDamage: (path: string) => void;
  #isDamageReported = false;

  private constructor(path: string, head: Buffer, onDamage: (path: string) => void) {
    this.#path = path;
    this.#head = head;
    this.#onDamage = onDamage;
  }

  /** The file of a topic, which need not exist; `undefined` if the topic is too long for one. `onDamage` is called at most once, if it is damaged. */
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
    return scanSlots(await this.#readLevel(level, count), count, [first, last], () => this.#reportDamage());
  }

  async write(fresh: readonly (readonly Bucket[])[]): Promise<void> {
    await guardStorage(this.#path, async () => {
      const file = (await openIfThere(this.#path, 'r+')) ?? (await this.#create());
      await withFile(file, async () => {
        for (const [page, places] of pagesOf(fresh)) await writePage(file, page * PAGE_BYTES, places);
        await file.datasync();
      });
    });
  }

  async remove(): Promise<void> {
    await guardStorage(this.#path, () => rm(this.#path, { force: true }));
  }

  #reportDamage(): void {
    if (!this.#isDamageReported) this.#onDamage(this.#path);
    this.#isDamageReported = true;
  }

  #readLevel(level: number, count: number): Promise<Buffer> {
    return guardStorage(this.#path, async () => {
      const file = await openIfThere(this.#path, 'r');
      if (!file) return Buffer.alloc(0);
      return withFile(file, () => readAt(file, offsetOf(level, 0), count * SLOT_BYTES));
    });
  }

  /** Creates the file. It gets its name once its head is on the disk, so every file has a head. */
  async #create(): Promise<FileHandle> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    await replaceFiles([{ path: this.#path, content: this.#head }]);
    return open(this.#path, 'r+');
  }
}

/** The head of a file; `undefined` if it is not a history file. Rejects with the file system's error. */
export async function readHead(path: string): Promise<RingHead | undefined> {
  const file = await open(path, 'r');
  return withFile(file, async () => parseHead(await readAt(file, 0, HEAD_BYTES)));
}

interface Place {
  readonly offset: number;
  readonly bucket: Bucket;
}

/** Buckets by the page of the file that they are on. */
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
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, pageOffset + done);
    done += bytesWritten;
  }
}

function putSlot(bytes: Buffer, at: number, bucket: Bucket): void {
  const before = indexIn(bytes, at) === bucket.index ? parseSlot(bytes, at) : undefined;
  writeSlot(bytes, at, before ? mergeBuckets(before, bucket) : bucket);
}

function offsetOf(level: number, slot: number): number {
  const before = LEVELS.slice(0, level).filter(({ isKept }) => isKept);
  return HEAD_BYTES + (before.reduce((sum, { count }) => sum + count, 0) + slot) * SLOT_BYTES;
}

/** The length of a complete file. */
const FILE_BYTES = offsetOf(LEVELS.length, 0);

async function withFile<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await file.close();
  }
}

/** Opens a file; resolves to `undefined` if there is none. */
async function openIfThere(path: string, flags: 'r' | 'r+'): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** Bytes of a file, as many as exist. */
async function readAt(file: FileHandle, offset: number, count: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, offset);
  return buffer.subarray(0, bytesRead);
}
