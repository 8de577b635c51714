import { Buffer } from 'node:buffer';

/** Tags of ASN.1's universal types; those that hold others have bit 6 (ITU-T X.690, 8.1.2). */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
} as const;

const CONTEXT = 0x80;
const CONSTRUCTED = 0x20;

/** Values in ASN.1's distinguished encoding (ITU-T X.690): as much of it as a certificate needs. */
export const der = {
  sequence: (...parts: readonly Buffer[]) => encode(TAG.sequence, Buffer.concat(parts)),
  set: (...parts: readonly Buffer[]) => encode(TAG.set, Buffer.concat(parts)),
  true: () => encode(TAG.boolean, Buffer.from([0xff])),
  /** A whole number that is not negative, highest byte first. */
  integer: (bytes: Buffer) =>
    encode(TAG.integer, (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.alloc(1), bytes])),
  /** Whole bytes of bits. */
  bitString: (bytes: Buffer) => encode(TAG.bitString, Buffer.concat([Buffer.alloc(1), bytes])),
  octetString: (bytes: Buffer) => encode(TAG.octetString, bytes),
  utf8String: (text: string) => encode(TAG.utf8String, Buffer.from(text)),
  /** As in `1.2.840.10045.4.3.2`. (8.19) */
  objectIdentifier(dotted: string): Buffer {
    const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
    return encode(TAG.objectIdentifier, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
  },
  /** To the second, from 1950 to 2049 (RFC 5280, 4.1.2.5.1). */
  utcTime: (date: Date) =>
    encode(TAG.utcTime, Buffer.from(`${date.toISOString().slice(2, 19).replace(/\D/g, '')}Z`)),
  /** A value with a tag that its context gives it: around the value, or in the place of its own. */
  explicit: (number: number, value: Buffer) => encode(CONTEXT | CONSTRUCTED | number, value),
  implicit: (number: number, bytes: Buffer) => encode(CONTEXT | number, bytes),
};

function encode(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

/** 8.1.3 */
function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
