import { LOGIN } from '../languages/login.ts';
import { createWords, type Words as WordsOf } from '../shared/words.ts';

export const words = createWords((_file, language) => LOGIN[language]);

/** Everything that a view of this page needs to speak one language. */
export type Words = WordsOf<(typeof words)['en']['say']>;
