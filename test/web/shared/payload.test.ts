import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { booleanPayload, colorPayload, numberPayload } from '../../../web/shared/payload.ts';

describe('a number', () => {
  it.each([
    ['42.5', 42.5],
    ['"42"', 42],
    ['42%', 42],
    [' -3 ', -3],
    ['1e2', 100],
    ['.5', 0.5],
  ])('is read from %j', (text, value) => {
    expect(numberPayload.read(text)).toBe(value);
  });

  it.each(['', 'banana', 'NaN', 'Infinity', '1e999', '{"x":1}', '4 2', '0x10', 'null'])(
    'is not read from %j',
    (text) => {
      expect(numberPayload.read(text)).toBeUndefined();
    },
  );

  it('comes back as it was written, to a thousandth', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e8, max: 1e8 }), (thousandths) => {
        const value = thousandths / 1000;
        expect(numberPayload.read(numberPayload.write(value))).toBe(value);
      }),
    );
  });
});

it('reads yes and no as devices do, and nothing else', () => {
  expect(['true', 'false', 'ON', '0', '"off"', 'yes', ''].map(booleanPayload.read)).toEqual([
    true,
    false,
    true,
    false,
    false,
    undefined,
    undefined,
  ]);
});

it('reads colors in any case, and no other text', () => {
  expect(['#FF8000', '#ff80', 'red', ''].map(colorPayload.read)).toEqual([
    '#ff8000',
    undefined,
    undefined,
    undefined,
  ]);
});
