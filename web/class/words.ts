import type { classroom } from '../languages/en/classroom.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof classroom;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/classroom.ts', { eager: true, import: 'classroom' }),
);

/** The texts and formatters that a view of this page needs in one language. */
export type Words = WordsOf<Say>;
