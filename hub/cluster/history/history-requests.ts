import { z } from 'zod';
import type { Bucket } from '../../history/bucket.ts';
import type { Found } from '../../history/slot.ts';
import { ByteReader, ByteWriter } from '../../storage/engine/bytes.ts';
import { decodeJson, encodeJson } from '../json.ts';

const REQUEST = z.discriminatedUnion('kind', [
  /** The topics that have a history, in order, after a given topic. */
  z.object({ kind: z.literal('topics'), after: z.string() }),
  /** The buckets of one level of a topic. */
  z.object({
    kind: z.literal('find'),
    topic: z.string(),
    level: z.int().nonnegative(),
    first: z.int().nonnegative(),
    last: z.int().nonnegative(),
  }),
]);

/** A hub's request for another hub's history. */
export type HistoryRequest = Readonly<z.infer<typeof REQUEST>>;

export function encodeHistoryRequest(request: HistoryRequest): Uint8Array {
  return encodeJson(request);
}

/** Throws `ZodError` if the question comes from another program. */
export function decodeHistoryRequest(bytes: Uint8Array): HistoryRequest {
  return REQUEST.parse(decodeJson(bytes));
}

/** The topics of a page, as many as fit; none after the last topic. */
export function encodeTopics(topics: readonly string[], roomBytes: number): Uint8Array {
  const writer = new ByteWriter();
  for (const topic of topics) {
    writer.text(topic);
    if (writer.length > roomBytes) break;
  }
  return Uint8Array.from(writer.bytes);
}

export function decodeTopics(bytes: Uint8Array): string[] {
  const reader = new ByteReader(bytes);
  const topics: string[] = [];
  while (!reader.isAtEnd) topics.push(reader.text());
  return topics;
}

/** A page of buckets. */
export interface FoundPage extends Found {
  /** Whether more buckets follow. */
  readonly goesOn: boolean;
}

const IS_KNOWN = 1;
const HAS_BEFORE = 2;
const GOES_ON = 4;

/** The largest size of a bucket, bytes. */
const BUCKET_BYTES = 8 + 3 * 8;

/** As many of the buckets as fit. */
export function encodeFound(found: Found | undefined, roomBytes: number): Uint8Array {
  const writer = new ByteWriter();
  const { before, buckets = [] } = found ?? {};
  const page = buckets.slice(0, Math.max(1, Math.floor(roomBytes / BUCKET_BYTES) - 1));
  const goesOn = page.length < buckets.length;
  writer.byte((found ? IS_KNOWN : 0) | (before ? HAS_BEFORE : 0) | (goesOn ? GOES_ON : 0));
  for (const bucket of before ? [before, ...page] : page) writeBucket(writer, bucket);
  return Uint8Array.from(writer.bytes);
}

/** `undefined` if the other hub has no history of the topic. Throws `RangeError` if the bytes are not a page. */
export function decodeFound(bytes: Uint8Array): FoundPage | undefined {
  const reader = new ByteReader(bytes);
  const flags = reader.byte();
  if (!(flags & IS_KNOWN)) return undefined;
  const before = flags & HAS_BEFORE ? readBucket(reader) : undefined;
  const buckets: Bucket[] = [];
  while (!reader.isAtEnd) buckets.push(readBucket(reader));
  return { before, buckets, goesOn: (flags & GOES_ON) !== 0 };
}

function writeBucket(writer: ByteWriter, { index, min, max, last }: Bucket): void {
  writer.integer(index);
  for (const value of [min, max, last]) writer.float(value);
}

function readBucket(reader: ByteReader): Bucket {
  return { index: reader.integer(), min: reader.float(), max: reader.float(), last: reader.float() };
}
