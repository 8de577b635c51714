import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';

/**
 * `fence` begins an epoch. `checkpoint` begins a copy of the whole state; nothing before it is needed. `part` holds the beginning of changes that
 * need several frames, `changes` their end, or all of them.
 */
const KINDS = ['fence', 'checkpoint', 'part', 'changes'] as const;

export type FrameKind = (typeof KINDS)[number];

/** An entry of a hub's log. */
export interface Frame {
  readonly kind: FrameKind;
  /** Numbers the owners of the log. */
  readonly epoch: number;
  /** Numbers the frames of its epoch; 0 for the fence. */
  readonly count: number;
  readonly content: Uint8Array;
}

/** The largest size of a frame without its content, bytes. */
export const FRAME_OVERHEAD_BYTES = 18;

/** The first byte of every frame: the format, so that later formats can be recognized. */
const FORMAT = 1;

export function encodeFrame({ kind, epoch, count, content }: Frame): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.byte(KINDS.indexOf(kind));
  writer.integer(epoch);
  writer.integer(count);
  return Buffer.concat([writer.bytes, content]);
}

/** The frame in an entry; `undefined` if the entry is not a frame. */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.byte() !== FORMAT) return undefined;
    const kind = KINDS[reader.byte()];
    if (!kind) return undefined;
    const epoch = reader.integer();
    return { kind, epoch, count: reader.integer(), content: bytes.subarray(reader.offset) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
