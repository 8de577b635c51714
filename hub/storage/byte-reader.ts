import { Buffer } from 'node:buffer';

/** The most bytes that a whole number takes. */
const MAX_INTEGER_BYTES = 8;

/** Reads what a `ByteWriter` has written. Throws `RangeError` where there is less than there should be. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length;
  }

  byte(): number {
    return this.#buffer.readUInt8(this.#take(1));
  }

  integer(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < MAX_INTEGER_BYTES; count++) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw new RangeError('a whole number has no end');
  }

  float(): number {
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  text(): string {
    const length = this.integer();
    const start = this.#take(length);
    return this.#buffer.toString('utf8', start, start + length);
  }

  /** A copy, that does not keep in memory what it was read from. */
  blob(): Uint8Array {
    const length = this.integer();
    const start = this.#take(length);
    return new Uint8Array(this.#buffer.subarray(start, start + length));
  }

  /** Moves on; the offset of what was passed. */
  #take(count: number): number {
    const start = this.#at;
    if (start + count > this.#buffer.length) throw new RangeError('there is less than there should be');
    this.#at += count;
    return start;
  }
}
