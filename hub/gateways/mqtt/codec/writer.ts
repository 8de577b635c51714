import { Buffer } from 'node:buffer';
import { HubError } from '../../../core/error.ts';
import { tooLarge } from './reason-code.ts';

/** The largest Remaining Length and Variable Byte Integer (MQTT 5, 1.5.5): four bytes of seven bits. */
const MAX_VARIABLE_BYTE_INTEGER = 268_435_455;

/** Room for the fixed header in front of the body, whose length is not known yet. */
const HEADER_ROOM = 5;
const FIRST_CAPACITY = 128;

/** How many bytes a Variable Byte Integer takes. */
export function variableByteIntegerLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x20_0000 ? 3 : 4;
}

/** Writes a Variable Byte Integer (MQTT 5, 1.5.5) in as few bytes as possible [MQTT-1.5.5-1]; returns the offset behind it. */
export function writeVariableByteInteger(target: Uint8Array, at: number, value: number): number {
  if (value > MAX_VARIABLE_BYTE_INTEGER) {
    throw tooLarge(
      `${value} is above ${MAX_VARIABLE_BYTE_INTEGER}, the most a length can be`,
      'MQTT 5, 1.5.5',
    );
  }
  let rest = value;
  let offset = at;
  for (; rest > 0x7f; rest >>>= 7) target[offset++] = (rest & 0x7f) | 0x80;
  target[offset++] = rest;
  return offset;
}

/** Writes two bytes, big-endian; returns the offset behind them. */
export function writeTwoByteInteger(target: Uint8Array, at: number, value: number): number {
  target[at] = value >> 8;
  target[at + 1] = value & 0xff;
  return at + 2;
}

/** Up to this length a loop over ASCII characters is faster than a call into Node: 0.02 µs instead of 0.07 µs. */
const SHORT = 32;

/** The bytes that a string takes behind its length. Throws `packet/malformed` above 65,535. (MQTT 5, 1.5.4) */
export function utf8Length(value: string): number {
  return isShortAscii(value) ? value.length : checkLength(Buffer.byteLength(value), 'a string');
}

/** Writes a string without its length. `length` is the string's `utf8Length`. Returns the offset behind it. */
export function writeUtf8(target: Buffer, at: number, value: string, length: number): number {
  // Below, the text has as many bytes as characters, so all of them are ASCII and a loop can write them.
  if (length > SHORT || length !== value.length) return at + target.write(value, at, 'utf8');
  for (let index = 0; index < length; index++) target[at + index] = value.charCodeAt(index);
  return at + length;
}

function isShortAscii(value: string): boolean {
  if (value.length > SHORT) return false;
  for (let index = 0; index < value.length; index++) if (value.charCodeAt(index) > 0x7f) return false;
  return true;
}

/** Writes the body of one packet into memory that grows, and at the end the fixed header in front of it. */
export class PacketWriter {
  #bytes = Buffer.allocUnsafe(FIRST_CAPACITY);
  #at = HEADER_ROOM;

  byte(value: number): void {
    const at = this.#claim(1);
    this.#bytes[at] = value;
  }

  flag(value: 0 | 1): void {
    this.byte(value);
  }

  twoByteInteger(value: number): void {
    const at = this.#claim(2);
    writeTwoByteInteger(this.#bytes, at, value);
  }

  fourByteInteger(value: number): void {
    const at = this.#claim(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  variableByteInteger(value: number): void {
    const at = this.#claim(variableByteIntegerLength(value));
    writeVariableByteInteger(this.#bytes, at, value);
  }

  /** A string behind its length. Throws `packet/malformed` above 65,535 bytes. */
  utf8(value: string): void {
    const length = utf8Length(value);
    this.twoByteInteger(length);
    const at = this.#claim(length);
    writeUtf8(this.#bytes, at, value, length);
  }

  /** Bytes behind their length. Throws `packet/malformed` above 65,535. */
  binary(value: Uint8Array): void {
    this.twoByteInteger(checkLength(value.byteLength, 'binary data'));
    const at = this.#claim(value.byteLength);
    this.#bytes.set(value, at);
  }

  /** Calls `write`, and puts the length of what it wrote in front: for MQTT 5's properties. */
  section(write: () => void): void {
    const start = this.#claim(1);
    write();
    const end = this.#at;
    const length = end - start - 1;
    const extra = variableByteIntegerLength(length) - 1;
    this.#claim(extra);
    if (extra > 0) this.#bytes.copyWithin(start + 1 + extra, start + 1, end);
    writeVariableByteInteger(this.#bytes, start, length);
  }

  /** Everything written, without a fixed header. */
  body(): Buffer {
    return this.#bytes.subarray(HEADER_ROOM, this.#at);
  }

  /** The packet: the fixed header with this first byte, and the body. */
  finish(firstByte: number): Buffer {
    const length = this.#at - HEADER_ROOM;
    const start = HEADER_ROOM - 1 - variableByteIntegerLength(length);
    this.#bytes[start] = firstByte;
    writeVariableByteInteger(this.#bytes, start + 1, length);
    return this.#bytes.subarray(start, this.#at);
  }

  /** Makes room for `count` bytes; returns the offset of the first. Replaces `#bytes` if they do not fit. */
  #claim(count: number): number {
    const at = this.#at;
    this.#at = at + count;
    if (this.#at > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#at, 2 * this.#bytes.length));
      this.#bytes.copy(larger, 0, 0, at);
      this.#bytes = larger;
    }
    return at;
  }
}

function checkLength(length: number, what: string): number {
  if (length <= 0xffff) return length;
  throw new HubError('packet/malformed', `${what} of ${length} bytes does not fit; at most 65535 do`);
}
