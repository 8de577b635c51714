import { LANGUAGE_TAGS, LANGUAGES, type Language, type LanguageFile } from '../languages/index.ts';
import { createFormat, type Format } from './format.ts';

/** What every page needs to speak one language. */
export interface SharedWords extends Format {
  readonly language: Language;
  /** About the session and the connection. */
  readonly tell: LanguageFile['shared'];
  /** What each error code means. */
  readonly faults: LanguageFile['faults'];
}

/** The same, and what one page says. */
export interface Words<Say> extends SharedWords {
  readonly say: Say;
}

/** The words of a page in each language; `pick` gives the page's own, out of a language's file as a rule. */
export function createWords<Say>(
  pick: (file: LanguageFile, language: Language) => Say,
): Readonly<Record<Language, Words<Say>>> {
  const wordsOf = (language: Language): Words<Say> => {
    const file: LanguageFile = LANGUAGES[language];
    return {
      ...createFormat(language),
      language,
      say: pick(file, language),
      tell: file.shared,
      faults: file.faults,
    };
  };
  return Object.fromEntries(LANGUAGE_TAGS.map((tag) => [tag, wordsOf(tag)])) as Record<Language, Words<Say>>;
}

/** A role in a language: the built-in ones translated, others by their own name. */
export function roleName({ tell }: SharedWords, role: string): string {
  const known: Readonly<Record<string, string>> = tell.roles;
  return (Object.hasOwn(known, role) ? known[role] : undefined) ?? role;
}

/** What an error code means in a language; `undefined` for a code of a newer hub. */
export function meaningOf({ faults }: SharedWords, code: string): string | undefined {
  const known: Readonly<Record<string, string>> = faults;
  return Object.hasOwn(known, code) ? known[code] : undefined;
}
