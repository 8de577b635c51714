import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';

/**
 * `fence` begins an epoch. `checkpoint` begins a copy of the whole state, behind which nothing before it is needed. `part` holds the beginning of changes that
 * need several frames, `changes` their end, or all of them.
 */
const KINDS = ['fence', 'checkpoint', 'part', 'changes'] as const;

export type FrameKind = (typeof KINDS)[number];

/** An entry of a hub's log. */
export interface Frame {
  readonly kind: FrameKind;
  /** Counts the owners of the log. */
  readonly epoch: number;
  /** Counts the frames of its epoch; 0 for the fence. */
  readonly count: number;
  readonly content: Uint8Array;
}

/** The most that a frame takes beside its content, bytes. */
export const FRAME_OVERHEAD_BYTES = 18;

/** First byte of every frame: the format, so that a later one can be told apart. */
const FORMAT = 1;

export function encodeFrame({ kind, epoch, count, content }: Frame): Uint8Array {
  const writer = new ByteWriter();
  writer.byte(FORMAT);
  writer.byte(KINDS.indexOf(kind));
  writer.integer(epoch);
  writer.integer(count);
  return Buffer.concat([writer.bytes, content]);
}

/** The frame in an entry; `undefined` if it is none. */
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
