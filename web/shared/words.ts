import { type InLanguages, inLanguages, LANGUAGE_TAGS, type Language } from '../languages/index.ts';
import { createFormat, type Format } from './format.ts';

type SharedFile = typeof import('../languages/en/shared.ts');

const FILES = inLanguages(import.meta.glob<SharedFile>('../languages/*/shared.ts', { eager: true }));

/** The words that every page needs to speak one language. */
export interface SharedWords extends Format {
  readonly language: Language;
  /** About the session and the connection. */
  readonly tell: SharedFile['shared'];
  /** The meaning of each error code. */
  readonly faults: SharedFile['faults'];
}

/** The shared words, and the words of one page. */
export interface Words<Say> extends SharedWords {
  readonly say: Say;
}

/** The words of a page in each language, from what the page says in each, by path. */
export function createWords<Say>(found: Readonly<Record<string, Say>>): InLanguages<Words<Say>> {
  const said = inLanguages(found);
  const wordsOf = (language: Language): Words<Say> => {
    const { shared, faults } = FILES[language];
    return { ...createFormat(language), language, say: said[language], tell: shared, faults };
  };
  return Object.fromEntries(LANGUAGE_TAGS.map((tag) => [tag, wordsOf(tag)])) as Record<Language, Words<Say>>;
}

/** The name of a language in that language, in full and in short. */
export function nameOf(language: Language): SharedFile['language'] {
  return FILES[language].language;
}

/** A role in a language: the built-in ones translated, others by their own name. */
export function roleName({ tell }: SharedWords, role: string): string {
  const known: Readonly<Record<string, string>> = tell.roles;
  return (Object.hasOwn(known, role) ? known[role] : undefined) ?? role;
}

/** The meaning of an error code in a language; `undefined` for a code of a newer hub. */
export function meaningOf({ faults }: SharedWords, code: string): string | undefined {
  const known: Readonly<Record<string, string>> = faults;
  return Object.hasOwn(known, code) ? known[code] : undefined;
}
