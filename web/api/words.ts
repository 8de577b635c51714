import type { api } from '../languages/en/api.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof api;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/api.ts', { eager: true, import: 'api' }),
);

/** Everything that a view of this page needs to speak one language. */
export type Words = WordsOf<Say>;
