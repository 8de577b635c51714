import type { dashboard } from '../languages/en/dashboard.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof dashboard;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/dashboard.ts', { eager: true, import: 'dashboard' }),
);

/** Everything that a view of this page needs to speak one language. */
export type Words = WordsOf<Say>;
