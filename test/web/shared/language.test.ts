import { expect, it } from 'vitest';
import type { Language } from '../../../web/languages/index.ts';
import { createLanguageChoice, type LanguageChoice } from '../../../web/shared/language.ts';

function createStorage(entries: [string, string][] = []) {
  const map = new Map(entries);
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };
}

function spoken(choice: LanguageChoice): Language[] {
  const languages: Language[] = [];
  choice.language$.subscribe((language) => languages.push(language));
  return languages;
}

it.each<[string[], Language]>([
  [['pt-BR'], 'pt-BR'],
  [['pt'], 'pt-BR'],
  [['de', 'pt-PT', 'en'], 'pt-BR'],
  [['en-GB', 'pt'], 'en'],
  [['de', 'fr'], 'en'],
  [[], 'en'],
  [['pto'], 'en'],
])('for a browser that prefers %j is %s', (languages, expected) => {
  expect(spoken(createLanguageChoice(languages, createStorage()))).toEqual([expected]);
});

it('is remembered once it was chosen', () => {
  const storage = createStorage();
  const choice = createLanguageChoice(['en'], storage);
  const languages = spoken(choice);
  choice.choose('pt-BR');
  expect(languages).toEqual(['en', 'pt-BR']);
  expect(spoken(createLanguageChoice(['en'], storage))).toEqual(['pt-BR']);
});

it('works if the browser remembers nothing', () => {
  const choice = createLanguageChoice(['en'], undefined);
  const languages = spoken(choice);
  choice.choose('pt-BR');
  expect(languages).toEqual(['en', 'pt-BR']);
});
