import { fold } from './fold.ts';

/**
 * Compares names as people do: `led/9` comes before `led/10`, regardless of case and accents. `Intl.Collator` does the same, but the browser
 * has to load its tables first, which takes a phone a tenth of a second of the first view.
 */
export function compareNaturally(one: string, other: string): number {
  return compare(keyOf(one), keyOf(other)) || compare(one, other);
}

/** Enough for any number that a name is likely to have; longer ones compare as text. */
const DIGITS = 16;

function keyOf(name: string): string {
  return fold(name).replace(/\d+/g, (digits) => digits.padStart(DIGITS, '0'));
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
