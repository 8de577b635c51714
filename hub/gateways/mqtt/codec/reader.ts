import type { Buffer } from 'node:buffer';
import { malformed, violation } from './reason-code.ts';
import { checkUtf8, decodeUtf8 } from './utf8.ts';

/**
 * A cursor over the body of one packet. Each method reads one of the data representations of MQTT 5, 1.5, moves past it,
 * and throws `packet/malformed` where the bytes end too early or are wrong. `what` names the field in the message.
 */
export class PacketReader {
  bytes: Buffer;
  at: number;
  /** Nothing at or past this offset is read. */
  end: number;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /** Points the cursor at another packet. */
  reset(bytes: Buffer, at: number, end: number): void {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.at;
  }

  /** 1.5.1. */
  byte(what: string): number {
    const at = this.#advance(1, what);
    return this.bytes[at] ?? 0;
  }

  /** A byte that stands for false or true. */
  flag(what: string): 0 | 1 {
    const value = this.byte(what);
    if (value > 1) throw violation(`the ${what} is ${value}; it must be 0 or 1`, 'MQTT 5, 2.2.2.2');
    return value === 1 ? 1 : 0;
  }

  /** 1.5.2: two bytes, big-endian. */
  twoByteInteger(what: string): number {
    const at = this.#advance(2, what);
    return ((this.bytes[at] ?? 0) << 8) | (this.bytes[at + 1] ?? 0);
  }

  /** 1.5.3: four bytes, big-endian, unsigned. */
  fourByteInteger(what: string): number {
    const high = this.twoByteInteger(what);
    return high * 0x1_0000 + this.twoByteInteger(what);
  }

  /** 1.5.5: at most four bytes of seven bits each, low bits first, and no more bytes than it takes. */
  variableByteInteger(what: string): number {
    let value = 0;
    for (let shift = 0; shift <= 21; shift += 7) {
      const byte = this.byte(what);
      value |= (byte & 0x7f) << shift;
      if (byte > 0x7f) continue;
      if (byte === 0 && shift > 0) throw malformed(`the ${what} has a byte too many`, 'MQTT-1.5.5-1');
      return value;
    }
    throw malformed(`the ${what} has more than four bytes`, 'MQTT 5, 1.5.5');
  }

  /** A packet identifier: 1–65,535. [MQTT-2.2.1-3] */
  packetIdentifier(): number {
    const value = this.twoByteInteger('packet identifier');
    if (value === 0) throw violation('the packet identifier is 0', 'MQTT-2.2.1-3');
    return value;
  }

  /** 1.5.4: a UTF-8 string behind its length of two bytes. */
  utf8(what: string): string {
    const length = this.twoByteInteger(what);
    const start = this.#advance(length, what);
    return length === 0 ? '' : decodeUtf8(this.bytes, start, start + length, what);
  }

  /** Moves past a UTF-8 string, checking it without decoding it. */
  skipUtf8(what: string): void {
    const length = this.twoByteInteger(what);
    const start = this.#advance(length, what);
    checkUtf8(this.bytes, start, start + length, what);
  }

  /** 1.5.6: binary data behind its length of two bytes, as bytes of its own, safe to keep. */
  binary(what: string): Uint8Array {
    const length = this.twoByteInteger(what);
    const start = this.#advance(length, what);
    return Uint8Array.prototype.slice.call(this.bytes, start, start + length);
  }

  /** All that is left, as a view. */
  rest(): Buffer {
    const start = this.at;
    this.at = this.end;
    return this.bytes.subarray(start, this.end);
  }

  #advance(count: number, what: string): number {
    const at = this.at;
    if (at + count > this.end) throw malformed(`the packet ends inside the ${what}`, 'MQTT 5, 2.1.4');
    this.at = at + count;
    return at;
  }
}
