import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFormat } from '../../web/shared/format.ts';
import { readEntry } from '../../web/shared/number-entry.ts';

const ANY = { min: -Infinity, max: Infinity };
const PERCENT = { min: 0, max: 100 };

test('what a language writes is read back, whatever the language of the page', () => {
  const languages = fc.constantFrom('en', 'pt-BR', 'de', 'fr');
  const numbers = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((thousandths) => thousandths / 1000);
  fc.assert(
    fc.property(languages, numbers, (language, number) => {
      expect(readEntry(createFormat(language).plainNumber(number), '', ANY)).toEqual({ value: number + 0 });
    }),
  );
});

test('no text becomes a number that is out of range, or none', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[ +\-0-9.,%e]{0,8}$/)), (text) => {
      const { value, fault } = readEntry(text, '%', PERCENT);
      if (fault === undefined) expect(value >= 0 && value <= 100).toBe(true);
    }),
  );
});

test.each([
  ['12,5', { value: 12.5 }],
  ['12.5', { value: 12.5 }],
  [' 12,5 % ', { value: 12.5 }],
  ['.5', { value: 0.5 }],
  ['5,', { value: 5 }],
  ['100', { value: 100 }],
  ['100,1', { fault: 'out-of-range' }],
  ['−1', { fault: 'out-of-range' }],
  ['1,000', { value: 1 }],
  ['1.000,5', { fault: 'no-number' }],
  ['1 000', { fault: 'no-number' }],
  ['', { fault: 'no-number' }],
  ['%', { fault: 'no-number' }],
  ['1e2', { fault: 'no-number' }],
  ['Infinity', { fault: 'no-number' }],
])('%j is %j', (text, entry) => {
  expect(readEntry(text, '%', PERCENT)).toEqual(entry);
});
