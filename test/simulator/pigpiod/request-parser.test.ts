import { describe, expect, it } from 'vitest';
import { RequestParser } from '../../../simulator/pigpiod/request-parser.ts';
import { encode, words } from './client.ts';

/** The requests that a parser finds when bytes arrive in these pieces. */
function parse(pieces: readonly Uint8Array[]): unknown[] {
  const parser = new RequestParser();
  const found: unknown[] = [];
  for (const piece of pieces) {
    parser.push(piece);
    while (parser.next()) {
      const { command, p1, p2, extension } = parser;
      const { buffer, byteOffset, byteLength } = extension;
      found.push([command, p1, p2, [...new Uint8Array(buffer, byteOffset, byteLength)]]);
    }
  }
  return found;
}

const bytes = encode([5, 21, 128], [86, 18, 1000, words(250_000)], [16]);
const requests = [
  [5, 21, 128, []],
  [86, 18, 1000, [0x90, 0xd0, 0x03, 0x00]],
  [16, 0, 0, []],
];

describe('the parser of requests', () => {
  it('finds requests that come together', () => {
    expect(parse([bytes])).toEqual(requests);
  });

  it.each(Array.from({ length: bytes.length - 1 }, (_, index) => index + 1))(
    'finds them cut after byte %d',
    (at) => {
      expect(parse([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(requests);
    },
  );

  it('finds them byte by byte', () => {
    expect(parse([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(requests);
  });

  it('keeps arrived bytes while it is not asked', () => {
    const parser = new RequestParser();
    parser.push(bytes.subarray(0, 20));
    expect(parser.next()).toBe(true);
    parser.push(bytes.subarray(20));
    expect([parser.next(), parser.command, parser.next(), parser.command, parser.next()]).toEqual([
      true,
      86,
      true,
      16,
      false,
    ]);
  });

  it('takes the longest extension that there may be, and no longer', () => {
    const longest = encode([28, 0, 0, new Uint8Array(65_535)]);
    expect(parse([longest.subarray(0, 100), longest.subarray(100)])).toHaveLength(1);
    const tooLong = encode([28]).map((byte, index) => (index === 14 ? 1 : byte));
    for (const pieces of [[tooLong], [tooLong.subarray(0, 9), tooLong.subarray(9)]]) {
      const parser = new RequestParser();
      for (const piece of [...pieces, bytes]) {
        parser.push(piece);
        expect(parser.next()).toBe(false);
      }
      expect(parser.fault).toMatchObject({ code: 'packet/too-large' });
    }
  });

  it('knows how many requests there may be', () => {
    const parser = new RequestParser();
    const most: number[] = [];
    for (const piece of [bytes.subarray(0, 20), bytes.subarray(20)]) {
      parser.push(piece);
      most.push(parser.mostRequests);
      while (parser.next());
    }
    expect([most, parser.mostRequests]).toEqual([[1, 3], 0]);
  });

  it('reads words as unsigned', () => {
    expect(parse([encode([14, 0xffffffff])])).toEqual([[14, 0xffffffff, 0, []]]);
  });
});
