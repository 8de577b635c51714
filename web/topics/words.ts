import type { topics } from '../languages/en/topics.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof topics;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/topics.ts', { eager: true, import: 'topics' }),
);

/** Everything that a view of this page needs to speak one language. */
export type Words = WordsOf<Say>;
