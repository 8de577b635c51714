import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteReader, ByteWriter } from '../../../hub/storage/engine/bytes.ts';

const value = fc.oneof(
  fc.record({ kind: fc.constant('byte' as const), value: fc.integer({ min: 0, max: 255 }) }),
  fc.record({ kind: fc.constant('integer' as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant('float' as const), value: fc.double() }),
  fc.record({ kind: fc.constant('text' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({ kind: fc.constant('blob' as const), value: fc.uint8Array() }),
);

function write(writer: ByteWriter, one: typeof value extends fc.Arbitrary<infer T> ? T : never): void {
  if (one.kind === 'text') writer.text(one.value);
  else if (one.kind === 'blob') writer.blob(one.value);
  else writer[one.kind](one.value);
}

describe('values that were written', () => {
  it('are read as they were, one after the other', () => {
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const writer = new ByteWriter();
        for (const one of values) write(writer, one);
        const reader = new ByteReader(writer.bytes);
        expect(values.map(({ kind }) => reader[kind]())).toEqual(values.map((one) => one.value));
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  it('are too few if some are cut off', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.nat(), (values, cut) => {
        const writer = new ByteWriter();
        for (const one of values) write(writer, one);
        const reader = new ByteReader(writer.bytes.subarray(0, cut % writer.length));
        expect(() => values.map(({ kind }) => reader[kind]())).toThrow(RangeError);
      }),
    );
  });

  it('go again into a writer that was cleared, however much it held', () => {
    const writer = new ByteWriter();
    writer.blob(new Uint8Array(3 * 2 ** 20));
    writer.clear();
    writer.text('again');
    expect(new ByteReader(writer.bytes).text()).toBe('again');
  });

  it('are copies, which do not change with what they were read from', () => {
    const writer = new ByteWriter();
    writer.blob(Uint8Array.of(1, 2));
    const blob = new ByteReader(writer.bytes).blob();
    writer.bytes.fill(0);
    expect([...blob]).toEqual([1, 2]);
    expect(blob.buffer.byteLength).toBe(2);
  });

  it('that are not a whole number with an end are refused', () => {
    expect(() => new ByteReader(new Uint8Array(20).fill(0xff)).integer()).toThrow(RangeError);
  });
});
