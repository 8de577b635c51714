import * as en from './en.ts';
import * as ptBr from './pt-br.ts';

/** All that one language has to say, page by page. */
export type LanguageFile = typeof en;

/** The languages of the pages, by their tags (BCP 47). A new one is a file beside these, and a line here. */
export const LANGUAGES = { en, 'pt-BR': ptBr } satisfies Record<string, LanguageFile>;

export type Language = keyof typeof LANGUAGES;

export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as readonly Language[];
