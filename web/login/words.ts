import type { login } from '../languages/en/login.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

type Say = typeof login;

export const words = createWords(
  import.meta.glob<Say>('../languages/*/login.ts', { eager: true, import: 'login' }),
);

/** Everything that a view of this page needs to speak one language. */
export type Words = WordsOf<Say>;
