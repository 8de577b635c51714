import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { DiskFile } from './disk.ts';

/** In front of every frame: the length of what follows, and its CRC-32, four bytes each, the lowest first. */
export const FRAME_HEADER_BYTES = 8;

/** How much is read at a time, bytes. */
const CHUNK_BYTES = 256 * 2 ** 10;

/** The longest frame of which it is believed that it was cut off in writing, bytes. A length that is damaged is longer as a rule. */
const LARGEST_CUT_OFF_BYTES = 4 * 2 ** 20;

/** How much is checked in search of a frame among what is damaged, bytes, before it is given up: seconds, at worst. */
const PATIENCE_BYTES = 2 ** 29;

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
  #patience = PATIENCE_BYTES;

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
    const length = this.#lengthAt(this.#offset);
    if (length === undefined || !this.#isWhole(this.#offset, length)) return undefined;
    const content = this.#peek(this.#offset + FRAME_HEADER_BYTES, length);
    this.#offset += FRAME_HEADER_BYTES + length;
    return content;
  }

  /**
   * Whether what follows can be a frame that was being written when its process ended: it says that it is longer than what there is of it,
   * and none follows. Where in doubt, it is not.
   */
  get isCutOff(): boolean {
    const left = this.#size - this.#offset;
    if (left < FRAME_HEADER_BYTES) return true;
    const there = left - FRAME_HEADER_BYTES;
    const length = this.#readLength(this.#offset);
    if (length <= there || length > LARGEST_CUT_OFF_BYTES) return false;
    if (there > 0 && this.#isWhole(this.#offset, there)) return false; // All is there: it is the length that is damaged.
    return this.#find(this.#offset + 1) === undefined && this.#patience > 0;
  }

  /** Passes over what is not whole, to the next frame that is. Whether there is one. */
  skip(): boolean {
    const next = this.#findBehind(this.#offset) ?? this.#find(this.#offset + 1);
    if (next === undefined) return false;
    this.#offset = next;
    return true;
  }

  /** Where the frame behind one begins, if its length can be believed: what is within it is not looked at, which anyone may have written. */
  #findBehind(offset: number): number | undefined {
    const length = this.#lengthAt(offset);
    if (length === undefined) return undefined;
    const behind = offset + FRAME_HEADER_BYTES + length;
    const lengthBehind = this.#lengthAt(behind);
    return lengthBehind !== undefined && this.#isWhole(behind, lengthBehind) ? behind : undefined;
  }

  /** Where the first frame that is whole begins, from an offset on, byte by byte, as long as patience lasts. */
  #find(from: number): number | undefined {
    for (let offset = from; offset < this.#size && this.#patience > 0; offset++) {
      const length = this.#lengthAt(offset);
      if (length === undefined) continue;
      this.#patience -= length;
      if (this.#isWhole(offset, length)) return offset;
    }
    return undefined;
  }

  /** How long the frame at an offset says that it is; `undefined` where the file ends before. */
  #lengthAt(offset: number): number | undefined {
    if (offset + FRAME_HEADER_BYTES > this.#size) return undefined;
    const length = this.#readLength(offset);
    return length === 0 || offset + FRAME_HEADER_BYTES + length > this.#size ? undefined : length;
  }

  #readLength(offset: number): number {
    const start = this.#load(offset, FRAME_HEADER_BYTES);
    return this.#buffer.readUInt32LE(start);
  }

  #isWhole(offset: number, length: number): boolean {
    const frame = this.#peek(offset, FRAME_HEADER_BYTES + length);
    return crc32(frame.subarray(FRAME_HEADER_BYTES), this.#seed) === frame.readUInt32LE(4);
  }

  /** Bytes of the file, which must be there. */
  #peek(offset: number, count: number): Buffer {
    const start = this.#load(offset, count);
    return this.#buffer.subarray(start, start + count);
  }

  /** Makes sure that bytes of the file are in the buffer; where in it they begin. */
  #load(offset: number, count: number): number {
    const start = offset - this.#bufferOffset;
    if (start >= 0 && start + count <= this.#buffer.length) return start;
    const wanted = Math.min(Math.max(count, CHUNK_BYTES), this.#size - offset);
    this.#buffer = readFully(this.#file, offset, wanted);
    this.#bufferOffset = offset;
    return 0;
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
