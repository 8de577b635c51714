import type { admin } from '../languages/en/admin.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof admin;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/admin.ts', { eager: true, import: 'admin' }),
);

/** Everything that a view of this page needs to speak one language. */
export type Words = WordsOf<Say>;
