import type { Language } from '../../shared/language.ts';
import { type SessionWords, sessionWords } from '../../shared/session-words.ts';
import { createFormat, type Format } from '../format.ts';
import { en, type Messages } from './en.ts';
import { ptBr } from './pt-br.ts';

/** Everything that a view needs to speak one language. */
export interface Words extends SessionWords {
  readonly language: Language;
  readonly say: Messages;
  readonly format: Format;
}

/** The words of each language. */
export const words: Readonly<Record<Language, Words>> = {
  en: { ...sessionWords.en, language: 'en', say: en, format: createFormat('en') },
  'pt-BR': { ...sessionWords['pt-BR'], language: 'pt-BR', say: ptBr, format: createFormat('pt-BR') },
};
