import { en } from './en/index.ts';
import { ptBR } from './pt-BR/index.ts';
import type { Words } from './words.ts';

/** The languages of the command line, by their tags (BCP 47). A new one is a folder beside this file, and a line here. */
const LANGUAGES = { en, 'pt-BR': ptBR } satisfies Readonly<Record<string, Words>>;

export type Language = keyof typeof LANGUAGES;

export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as readonly Language[];

/** The option of every command. */
export interface SpokenOptions {
  /** The language of the output; English if it is not set. */
  readonly lang?: Language | undefined;
}

export function wordsOf({ lang = 'en' }: SpokenOptions): Words {
  return LANGUAGES[lang];
}
