import { BehaviorSubject, type Observable } from 'rxjs';
import { LANGUAGE_TAGS, type Language } from '../languages/index.ts';

/** The language of the pages, which a person may change on any of them; stored if the browser allows it. */
export interface LanguageChoice {
  readonly language$: Observable<Language>;
  choose(language: Language): void;
}

const KEY = 'pinhub.language';

/** Begins with the language that was chosen before, else with the first of the browser's that the page speaks, else English. */
export function createLanguageChoice(
  browserLanguages: readonly string[],
  storage: Pick<Storage, 'getItem' | 'setItem'> | undefined,
): LanguageChoice {
  const language$ = new BehaviorSubject(
    readLanguage(storage?.getItem(KEY) ?? '') ?? preferredLanguage(browserLanguages),
  );
  return {
    language$,
    choose(language) {
      storage?.setItem(KEY, language);
      language$.next(language);
    },
  };
}

function preferredLanguage(browserLanguages: readonly string[]): Language {
  return browserLanguages.map(readLanguage).find((language) => language !== undefined) ?? 'en';
}

/** By the primary subtag alone: readers of any Portuguese are better off with Brazil's than with English. */
function readLanguage(tag: string): Language | undefined {
  const primary = (of: string) => of.split('-', 1)[0]?.toLowerCase();
  return LANGUAGE_TAGS.find((language) => primary(language) === primary(tag));
}
