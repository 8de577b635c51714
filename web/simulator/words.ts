import type { simulator } from '../languages/en/simulator.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof simulator;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/simulator.ts', { eager: true, import: 'simulator' }),
);

/** The texts and formatters that a view of this page needs in one language. */
export type Words = WordsOf<Say>;
