import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createLanguageChoice, LANGUAGES, type Language } from '../../../../web/shared/language.ts';
import { en } from '../../../../web/simulator/i18n/en.ts';
import { ptBr } from '../../../../web/simulator/i18n/pt-br.ts';
import { words } from '../../../../web/simulator/i18n/words.ts';

const view = join(import.meta.dirname, '../../../../web/simulator');
const keys = Object.keys(en).sort();

/** Every key that a source of the page says. */
function saidKeys(): Set<string> {
  const paths = readdirSync(view, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.ts'),
  );
  const text = paths.map((path) => readFileSync(join(view, path), 'utf8')).join('\n');
  return new Set([...text.matchAll(/\bsay\.(\w+)/g)].map(([, key]) => key ?? ''));
}

describe('the words of the simulator', () => {
  it('have the same keys in every language', () => {
    expect(Object.keys(ptBr).sort()).toEqual(keys);
    expect(Object.keys(words).sort()).toEqual([...LANGUAGES].sort());
  });

  it('are all said somewhere, and whatever is said is there', () => {
    expect([...saidKeys()].sort()).toEqual(keys);
  });

  it('differ from one language to the other, but for what is the same in both', () => {
    const same = Object.entries(en).filter(
      ([key, value]) => typeof value === 'string' && value === Reflect.get(ptBr, key),
    );
    expect(same.map(([key]) => key).sort()).toEqual(['auto']);
  });

  it('name every color of the header', () => {
    expect(ptBr.roles.map(([role]) => role)).toEqual(en.roles.map(([role]) => role));
  });
});

/** What a browser remembers. */
function createStorage() {
  const map = new Map<string, string>();
  return {
    map,
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  };
}

describe('the language', () => {
  it.each<[string[], Language]>([
    [['pt-BR'], 'pt-BR'],
    [['de', 'pt-PT'], 'pt-BR'],
    [['en-GB', 'pt'], 'en'],
    [['de'], 'en'],
    [[], 'en'],
  ])('for a browser that prefers %j is %s', (preferred, expected) => {
    const languages: Language[] = [];
    createLanguageChoice(preferred, createStorage()).language$.subscribe((language) =>
      languages.push(language),
    );
    expect(languages).toEqual([expected]);
  });

  it('is remembered where the dashboard remembers it', () => {
    const storage = createStorage();
    createLanguageChoice(['en'], storage).choose('pt-BR');
    expect([...storage.map]).toEqual([['pinhub.language', 'pt-BR']]);
    const languages: Language[] = [];
    createLanguageChoice(['en'], storage).language$.subscribe((language) => languages.push(language));
    expect(languages).toEqual(['pt-BR']);
  });
});
