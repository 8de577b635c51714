import type { learn } from '../languages/en/learn.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof learn;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/learn.ts', { eager: true, import: 'learn' }),
);

/** The texts and formatters that a view of this page needs in one language. */
export type Words = WordsOf<Say>;
