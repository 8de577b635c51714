import type { Range } from '../../devices/facts/range.ts';

/** A number that a person typed, in range, or what is wrong with the input. */
export type Entry =
  | { readonly value: number; readonly fault?: undefined }
  | { readonly value?: undefined; readonly fault: 'no-number' | 'out-of-range' };

/** A sign (the typographic minus too), digits, and one decimal mark: a point or a comma, whatever the language. */
const NUMBER = /^[+\-−]?(?:\d+(?:[.,]\d*)?|[.,]\d+)$/;

/** Reads what was typed or pasted: `12.5`, `12,5`, ` −3 °`. A comma is never a thousands separator: `1,000` is 1. */
export function readEntry(text: string, unit: string, { min, max }: Range): Entry {
  const trimmed = text.trim();
  const digits = (trimmed.endsWith(unit) ? trimmed.slice(0, trimmed.length - unit.length) : trimmed).trim();
  if (!NUMBER.test(digits)) return { fault: 'no-number' };
  const value = Number(digits.replace('−', '-').replace(',', '.'));
  return value >= min && value <= max ? { value } : { fault: 'out-of-range' };
}
