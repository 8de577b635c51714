import { Buffer } from 'node:buffer';

const MAX_INTEGER_BYTES = 8;

/** Up to this length a loop copies faster than a view of the buffer is made. */
const SHORT_BYTES = 64;

/** Reads what a `ByteWriter` has written. Throws `RangeError` if bytes are missing. */
export class ByteReader {
  readonly #buffer: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#buffer.length;
  }

  /** How many bytes were read. */
  get offset(): number {
    return this.#at;
  }

  /** Skips bytes without reading them. */
  skip(count: number): void {
    this.#take(count);
  }

  byte(): number {
    return this.#buffer[this.#take(1)] ?? 0; // `readUInt8` would check once more what `#take` has checked.
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
    throw new RangeError('an integer has no end');
  }

  float(): number {
    return this.#buffer.readDoubleLE(this.#take(8));
  }

  text(): string {
    const length = this.integer();
    const start = this.#take(length);
    return this.#buffer.toString('utf8', start, start + length);
  }

  /** A copy, which does not keep the buffer in memory. */
  blob(): Uint8Array {
    const length = this.integer();
    const start = this.#take(length);
    if (length > SHORT_BYTES) return new Uint8Array(this.#buffer.subarray(start, start + length));
    const copy = new Uint8Array(length);
    for (let at = 0; at < length; at++) copy[at] = this.#buffer[start + at] ?? 0;
    return copy;
  }

  /** Moves on; returns the offset from before. */
  #take(count: number): number {
    const start = this.#at;
    if (start + count > this.#buffer.length) throw new RangeError('bytes are missing');
    this.#at += count;
    return start;
  }
}

const INITIAL_BYTES = 4_096;

/** A larger buffer is not kept for reuse. */
const KEPT_BYTES = 2 ** 20;

/** Writes values to a growing buffer. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  /** `initialBytes`: the approximate size of what will be written. */
  constructor(initialBytes = INITIAL_BYTES) {
    this.#buffer = Buffer.allocUnsafe(initialBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Everything written. Valid until the next write. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** A copy of everything written. `Uint8Array.from` would take it byte by byte. */
  copy(): Uint8Array {
    return new Uint8Array(this.bytes);
  }

  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > KEPT_BYTES) this.#buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  }

  /** Leaves room for bytes that are filled in later, through `bytes`. */
  skip(count: number): void {
    this.#reserve(count);
    this.#length += count;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** An integer from 0 to 2^53 − 1, as seven bits in each byte, the lowest first. */
  integer(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Any number, eight bytes. */
  float(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  /** Well-formed text, preceded by its length in UTF-8. */
  text(value: string): void {
    const byteLength = Buffer.byteLength(value);
    this.integer(byteLength);
    this.#reserve(byteLength);
    this.#length += this.#buffer.write(value, this.#length);
  }

  /** Bytes, preceded by their number. */
  blob(value: Uint8Array): void {
    this.integer(value.byteLength);
    this.append(value);
  }

  /** Bytes as they are, without their number. */
  append(value: Uint8Array): void {
    this.#reserve(value.byteLength);
    this.#buffer.set(value, this.#length);
    this.#length += value.byteLength;
  }

  #reserve(count: number): void {
    const wanted = this.#length + count;
    if (wanted <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(wanted, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
