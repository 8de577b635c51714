import { describe, expect, it } from 'vitest';
import {
  chooseLanguage,
  parseLanguage,
  skipLanguage,
} from '../../../../hub/cli/languages/choose-language.ts';

describe('the language', () => {
  it.each([
    ['pt_BR.UTF-8', 'pt-BR'],
    ['pt_PT', 'pt-BR'],
    ['pt', 'pt-BR'],
    ['pt_BR@euro', 'pt-BR'],
    ['C', 'en'],
    ['C.UTF-8', 'en'],
    ['POSIX', 'en'],
    ['', 'en'],
    ['en_US.UTF-8', 'en'],
    ['de_DE', 'en'],
    ['ptarmigan', 'en'],
  ] as const)('of the locale %j is %s', (LANG, language) => {
    expect(chooseLanguage([], { LANG })).toBe(language);
  });

  it.each([
    [{ LC_ALL: 'pt_BR', LC_MESSAGES: 'en_US', LANG: 'en_US' }, 'pt-BR'],
    [{ LC_ALL: 'C', LC_MESSAGES: 'pt_BR', LANG: 'pt_BR' }, 'en'],
    [{ LC_ALL: '', LC_MESSAGES: 'pt_BR', LANG: 'en_US' }, 'pt-BR'],
    [{ LC_TIME: 'pt_BR', LANG: 'en_US' }, 'en'],
    [{ PINHUB_LANG: 'pt-BR', LC_ALL: 'C' }, 'pt-BR'],
    [{ PINHUB_LANG: 'en', LC_ALL: 'pt_BR' }, 'en'],
    [{ PINHUB_LANG: '', LANG: 'pt_BR' }, 'pt-BR'],
    [{ PINHUB_LANG: 'klingon', LANG: 'pt_BR' }, 'pt-BR'],
    [{}, 'en'],
  ] as const)('of the variables %j is %s: the stronger one decides', (environment, language) => {
    expect(chooseLanguage([], environment)).toBe(language);
  });

  it.each([
    [['--lang', 'pt-BR', 'start'], 'pt-BR'],
    [['start', '--lang=pt-BR'], 'pt-BR'],
    [['start', '--lang', 'en', '--lang', 'pt'], 'pt-BR'],
    [['pub', 'a', '--', '--lang', 'pt-BR'], 'en'],
    [['start', '--lang'], 'en'],
    [['start', '--lang', 'klingon'], 'en'],
  ] as const)('of the words %j is %s', (words, language) => {
    expect(chooseLanguage(words, { LANG: 'en_US' })).toBe(language);
  });

  it.each([
    [{ PINHUB_LANG: 'pt-BR', LC_ALL: 'C' }, 'pt-BR'],
    [{ LANG: 'pt_BR.UTF-8' }, 'pt-BR'],
    [{ PINHUB_LANG: 'fr', LANG: 'pt_BR.UTF-8' }, 'pt-BR'],
    [{ PINHUB_LANG: 'en', LANG: 'pt_BR.UTF-8' }, 'en'],
    [{ PINHUB_LANG: 'fr' }, 'en'],
  ] as const)(
    'in which an unknown one is refused, with %j, is %s: as without it',
    (environment, language) => {
      expect(chooseLanguage(['start', '--lang', 'fr'], environment)).toBe(language);
    },
  );

  it('of the words decides over that of the variables', () => {
    expect(chooseLanguage(['--lang', 'en'], { PINHUB_LANG: 'pt-BR', LC_ALL: 'pt_BR' })).toBe('en');
  });
});

it('a value of --lang is a tag in any case, or its first part; another is refused with what is allowed', () => {
  expect(['pt-BR', 'pt-br', 'PT', 'pt_BR', 'en', 'en-GB'].map(parseLanguage)).toEqual([
    ...Array(4).fill('pt-BR'),
    ...Array(2).fill('en'),
  ]);
  for (const wrong of ['', 'klingon', 'p', '-'])
    expect(() => parseLanguage(wrong)).toThrow('Allowed choices are en, pt-BR.');
});

it('the command is the first word after --lang', () => {
  expect(skipLanguage(['--lang', 'pt', '--lang=en', 'user', '--lang', 'en'])).toEqual([
    'user',
    '--lang',
    'en',
  ]);
  expect(skipLanguage(['--lang'])).toEqual([]);
  expect(skipLanguage(['--language'])).toEqual(['--language']);
});
