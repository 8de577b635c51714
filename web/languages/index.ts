/**
 * The languages of the pages, by their tags (BCP 47). A new one is a tag here, and a folder of that name with the files that `en` has: one
 * for all pages, and one for each. A page is built with its own file and the common one.
 */
export const LANGUAGE_TAGS = ['en', 'pt-BR'] as const;

export type Language = (typeof LANGUAGE_TAGS)[number];

/** Something in each language. */
export type InLanguages<T> = Readonly<Record<Language, T>>;

/** The modules found in the folders of the languages, by path: one for each language. Throws a TypeError if a language has none. */
export function inLanguages<T>(found: Readonly<Record<string, T>>): InLanguages<T> {
  const fileOf = (tag: Language): [Language, T] => {
    const path = Object.keys(found).find((each) => each.split('/').at(-2) === tag);
    if (path === undefined) throw new TypeError(`the language ${tag} lacks a file`);
    return [tag, found[path] as T];
  };
  return Object.fromEntries(LANGUAGE_TAGS.map(fileOf)) as Record<Language, T>;
}
