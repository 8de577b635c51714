import { BehaviorSubject, type Observable } from 'rxjs';

/** What the pages can speak. */
export type Language = 'en' | 'pt-BR';

export const LANGUAGES: readonly Language[] = ['en', 'pt-BR'];

/** The language of the pages, which a person may change on any of them; remembered where the browser allows it. */
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

/** Any Portuguese is nearer to Brazil's than to English. */
function readLanguage(tag: string): Language | undefined {
  if (/^pt\b/i.test(tag)) return 'pt-BR';
  return /^en\b/i.test(tag) ? 'en' : undefined;
}
