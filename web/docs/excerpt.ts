import { foldWord } from './passage.ts';

/** A piece of a text around a word that was found. */
export interface Excerpt {
  readonly before: string;
  readonly found: string;
  readonly after: string;
}

/** How much of the text there is in front of the word, and in all, characters. */
const BEFORE = 40;
const LENGTH = 140;

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;

/** The text around the first of the words in it, which are folded; the beginning of the text if none is. */
export function excerptOf(text: string, words: readonly string[]): Excerpt {
  const match = [...text.matchAll(WORD)].find(([word]) => words.includes(foldWord(word)));
  const found = match?.[0] ?? '';
  const at = match?.index ?? 0;
  const start = startOf(text, at);
  const end = endOf(text, at + found.length, start + LENGTH);
  return {
    before: (start > 0 ? '… ' : '') + text.slice(start, at),
    found,
    after: text.slice(at + found.length, end) + (end < text.length ? ' …' : ''),
  };
}

/** The offset at which the excerpt begins: 0, or the start of a word. */
function startOf(text: string, at: number): number {
  if (at <= BEFORE) return 0;
  const space = text.indexOf(' ', at - BEFORE);
  return space === -1 || space >= at ? at : space + 1;
}

/** The offset at which the excerpt ends: the end of the text or of a word, but not before `least`. */
function endOf(text: string, least: number, most: number): number {
  if (text.length <= most) return text.length;
  return Math.max(least, text.lastIndexOf(' ', most));
}
