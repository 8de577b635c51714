import { fold } from './fold.ts';

/**
 * Compares names as people do: `led/9` comes before `led/10`, whatever the case and the accents. `Intl.Collator` does so too, but a browser
 * loads its tables first, and a phone takes a tenth of a second of the first view for that.
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
