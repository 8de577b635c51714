import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { DiskFile } from './disk.ts';

/** The header of every frame: the length of its content and the content's CRC-32, four bytes each, little-endian. */
export const FRAME_HEADER_BYTES = 8;

/** How much is read at a time, bytes. */
const CHUNK_BYTES = 256 * 2 ** 10;

/** The smallest unit that a disk writes, bytes. */
const SECTOR_BYTES = 512;

/** How many bytes a search for a frame may check in total before it gives up: some seconds of work. */
const PATIENCE_BYTES = 2 ** 29;

/** Fills in a frame's header. The seed, random except for a file's first frame, goes into the checksum, so that no client can forge frames. */
export function sealFrame(frame: Buffer, seed: number): void {
  const content = frame.subarray(FRAME_HEADER_BYTES);
  frame.writeUInt32LE(content.length, 0);
  frame.writeUInt32LE(crc32(content, seed), 4);
}

/** Returns content as a frame. */
export function toFrame(content: Uint8Array, seed: number): Buffer {
  const frame = Buffer.concat([Buffer.alloc(FRAME_HEADER_BYTES), content]);
  sealFrame(frame, seed);
  return frame;
}

/** Reads a file frame by frame. It trusts only what the checksum confirms. */
export class FrameReader {
  /** The seed of the frames from here on. */
  seed: number;
  readonly #file: DiskFile;
  readonly #size: number;
  #buffer: Buffer = Buffer.alloc(0);
  /** The offset of the next frame in the file. */
  #offset = 0;
  /** The offset of `#buffer` in the file. */
  #bufferOffset = 0;
  #patience = PATIENCE_BYTES;

  constructor(file: DiskFile, seed: number) {
    this.#file = file;
    this.seed = seed;
    this.#size = file.size();
  }

  /** Everything before this offset was read and is whole. */
  get offset(): number {
    return this.#offset;
  }

  get isAtEnd(): boolean {
    return this.#offset >= this.#size;
  }

  /** The content of the next frame, valid until the next call; `undefined` if no whole frame follows. */
  next(): Buffer | undefined {
    const length = this.#lengthAt(this.#offset);
    if (length === undefined || !this.#isWhole(this.#offset, length)) return undefined;
    const content = this.#peek(this.#offset + FRAME_HEADER_BYTES, length);
    this.#offset += FRAME_HEADER_BYTES + length;
    return content;
  }

  /**
   * Whether the rest of the file is an unfinished write instead of damage: a frame that claims to be longer than the rest, with no whole
   * frame after it (the process was killed), or zeros to the end (after a power cut, ext4 and XFS may know a file's new length but not its
   * new content). When in doubt, it is damage.
   */
  get isCutOff(): boolean {
    const left = this.#size - this.#offset;
    if (left < FRAME_HEADER_BYTES || this.#endsInZeros()) return true;
    const there = left - FRAME_HEADER_BYTES;
    if (this.#readLength(this.#offset) <= there) return false;
    if (there > 0 && this.#isWhole(this.#offset, there)) return false; // The content is complete: only the length is damaged.
    return this.#find(this.#offset + 1) === undefined && this.#patience > 0;
  }

  /** Skips damage, up to the next whole frame. Returns whether there is one. */
  skip(): boolean {
    const next = this.#findBehind(this.#offset) ?? this.#find(this.#offset + 1);
    if (next === undefined) return false;
    this.#offset = next;
    return true;
  }

  /** The offset of the frame after a damaged one, if the damaged one's length is right. */
  #findBehind(offset: number): number | undefined {
    const length = this.#lengthAt(offset);
    if (length === undefined) return undefined;
    const behind = offset + FRAME_HEADER_BYTES + length;
    const lengthBehind = this.#lengthAt(behind);
    return lengthBehind !== undefined && this.#isWhole(behind, lengthBehind) ? behind : undefined;
  }

  /** The offset of the first whole frame at or after an offset. Tries every byte until patience runs out. */
  #find(from: number): number | undefined {
    for (let offset = from; offset < this.#size && this.#patience > 0; offset++) {
      const length = this.#lengthAt(offset);
      if (length === undefined) continue;
      this.#patience -= length;
      if (this.#isWhole(offset, length)) return offset;
    }
    return undefined;
  }

  /** Whether zeros that end the file begin at this frame, or at a sector boundary within it. Other zeros may be content, with damage elsewhere. */
  #endsInZeros(): boolean {
    const zeros = this.#zerosFrom();
    if (zeros === this.#offset) return true;
    const sector = Math.ceil(zeros / SECTOR_BYTES) * SECTOR_BYTES;
    const frameEnd = this.#offset + FRAME_HEADER_BYTES + this.#readLength(this.#offset);
    return sector < Math.min(frameEnd, this.#size);
  }

  /** The offset of the zeros at the end of the file, not before this frame. */
  #zerosFrom(): number {
    let end = this.#size;
    while (end > this.#offset) {
      const start = Math.max(this.#offset, end - CHUNK_BYTES);
      const last = this.#peek(start, end - start).findLastIndex((byte) => byte !== 0);
      if (last >= 0) return start + last + 1;
      end = start;
    }
    return end;
  }

  /** The length that the frame at an offset claims; `undefined` if it is 0 or the file ends before. */
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
    return crc32(frame.subarray(FRAME_HEADER_BYTES), this.seed) === frame.readUInt32LE(4);
  }

  /** Bytes of the file; the file must be long enough. */
  #peek(offset: number, count: number): Buffer {
    const start = this.#load(offset, count);
    return this.#buffer.subarray(start, start + count);
  }

  /** Makes sure that bytes of the file are in the buffer; returns where in the buffer they begin. */
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
    if (read === 0) break; // The file has become shorter meanwhile: the missing bytes stay zero and fail the check.
    length += read;
  }
  return buffer;
}
