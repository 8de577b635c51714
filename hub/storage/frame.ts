import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { DiskFile } from './disk.ts';

/** In front of every frame: the length of what follows, and its CRC-32, four bytes each, the lowest first. */
export const FRAME_HEADER_BYTES = 8;

/** How much is read at a time, bytes. */
const CHUNK_BYTES = 256 * 2 ** 10;

/**
 * Fills in the header of a frame. `seed` goes into the checksum: a frame of another file, or of an earlier file at the same place on the
 * disk, is not mistaken for one of this file.
 */
export function sealFrame(frame: Buffer, seed: number): void {
  const content = frame.subarray(FRAME_HEADER_BYTES);
  frame.writeUInt32LE(content.length, 0);
  frame.writeUInt32LE(crc32(content, seed), 4);
}

/** Content as a frame. */
export function toFrame(content: Uint8Array, seed: number): Buffer {
  const frame = Buffer.concat([Buffer.alloc(FRAME_HEADER_BYTES), content]);
  sealFrame(frame, seed);
  return frame;
}

/** Reads a file frame by frame. It believes nothing that the checksum does not confirm. */
export class FrameReader {
  readonly #file: DiskFile;
  readonly #seed: number;
  readonly #size: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** Where in the file the next frame begins. */
  #offset = 0;
  /** Where in the file `#buffer` begins. */
  #bufferOffset = 0;

  constructor(file: DiskFile, seed: number) {
    this.#file = file;
    this.#seed = seed;
    this.#size = file.size();
  }

  /** How far the file was read: all before is whole. */
  get offset(): number {
    return this.#offset;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#size;
  }

  /** The content of the next frame, valid until the next call; `undefined` where none follows that is whole. */
  next(): Buffer | undefined {
    const length = this.#nextLength();
    if (length === undefined) return undefined;
    const frame = this.#peek(FRAME_HEADER_BYTES + length);
    const content = frame.subarray(FRAME_HEADER_BYTES);
    if (crc32(content, this.#seed) !== frame.readUInt32LE(4)) return undefined;
    this.#offset += frame.length;
    return content;
  }

  /** Passes over a frame that is not whole, as far as its length can be believed. Whether a whole one follows it. */
  skip(): boolean {
    const before = this.#offset;
    const length = this.#nextLength();
    if (length === undefined) return false;
    this.#offset += FRAME_HEADER_BYTES + length;
    const resumed = this.#offset;
    const isWhole = this.next() !== undefined;
    this.#offset = isWhole ? resumed : before;
    return isWhole;
  }

  /** How long the next frame says it is; `undefined` where the file ends before. */
  #nextLength(): number | undefined {
    if (this.#offset + FRAME_HEADER_BYTES > this.#size) return undefined;
    const length = this.#peek(FRAME_HEADER_BYTES).readUInt32LE(0);
    const end = this.#offset + FRAME_HEADER_BYTES + length;
    return length === 0 || end > this.#size ? undefined : length;
  }

  /** The next bytes of the file, which must be there. */
  #peek(count: number): Buffer {
    const start = this.#offset - this.#bufferOffset;
    if (start >= 0 && start + count <= this.#buffer.length) {
      return this.#buffer.subarray(start, start + count);
    }
    const wanted = Math.min(Math.max(count, CHUNK_BYTES), this.#size - this.#offset);
    this.#buffer = readFully(this.#file, this.#offset, wanted);
    this.#bufferOffset = this.#offset;
    return this.#buffer.subarray(0, count);
  }
}

function readFully(file: DiskFile, offset: number, count: number): Buffer {
  const buffer = Buffer.alloc(count);
  let length = 0;
  while (length < count) {
    const read = file.read(buffer.subarray(length), offset + length);
    if (read === 0) break; // The file has become shorter meanwhile: what is missing stays zero, and fails its check.
    length += read;
  }
  return buffer;
}
