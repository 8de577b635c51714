import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  binaryNumbers,
  bytesOf,
  fromBase64,
  hexDump,
  readJson,
  toBase64,
} from '../../../../web/topics/model/payload-forms.ts';

describe('A payload', () => {
  it('is read as integers and floats of both byte orders, of those types that it is long enough for', () => {
    const read = Object.fromEntries(
      binaryNumbers(new Uint8Array([0, 0, 0x20, 0x41])).map(({ type, littleEndian, bigEndian }) => [
        type,
        [littleEndian, bigEndian],
      ]),
    );
    expect(read.float32).toEqual([
      '10',
      String(new DataView(new Uint8Array([0, 0, 0x20, 0x41]).buffer).getFloat32(0)),
    ]);
    expect(read.uint16).toEqual(['0', '0']);
    expect(read.int32).toEqual(['1092616192', '8257']);
    expect(Object.keys(read)).not.toContain('int64');
    expect(binaryNumbers(new Uint8Array([0xff]))).toEqual([
      { type: 'int8', littleEndian: '-1', bigEndian: '-1' },
      { type: 'uint8', littleEndian: '255', bigEndian: '255' },
    ]);
    const last = binaryNumbers(new Uint8Array(8).fill(0xff)).find(({ type }) => type === 'uint64');
    expect(last?.bigEndian).toBe('18446744073709551615');
  });

  it('keeps its bytes as base64 and back, however long it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      }),
    );
    const long = new Uint8Array(100_000).fill(7);
    expect(bytesOf({ payload: null, base64: toBase64(long) })).toEqual(long);
  });

  it('has a row of its dump for each sixteen bytes', () => {
    expect(hexDump(new TextEncoder().encode('0123456789abcdef\n€'))).toBe(
      '0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef\n' +
        `0010  0a e2 82 ac${' '.repeat(36)}  ....`,
    );
  });

  it.each([
    ['{"a":1}', { value: { a: 1 } }],
    [' [1]', { value: [1] }],
    ['"text"', { value: 'text' }],
    ['{', undefined],
    ['42', undefined],
    ['', undefined],
    [null, undefined],
  ])('is shown as JSON if it is an object, a list or a text in quotes: %j', (text, read) => {
    expect(readJson(text)).toEqual(read);
  });

  it('is not laid out as JSON if it is too deep', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(readJson(nested(200))).toBeDefined();
    expect(readJson(nested(201))).toBeUndefined();
    expect(readJson(nested(900_000))).toBeUndefined();
  });
});
