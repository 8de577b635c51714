import * as en from './en.ts';
import * as ptBr from './pt-br.ts';

/** All that one language has to say, page by page but for the login page. */
export type LanguageFile = typeof en;

/** The languages of the pages, by their tags (BCP 47). A new one is a file beside these, a line here, and the login page's words. */
export const LANGUAGES = { en, 'pt-BR': ptBr } satisfies Record<string, LanguageFile>;

export type Language = keyof typeof LANGUAGES;

export const LANGUAGE_TAGS = Object.keys(LANGUAGES) as readonly Language[];
