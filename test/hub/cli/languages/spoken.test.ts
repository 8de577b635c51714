import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { user } from '../../../../hub/cli/accounts.ts';
import { banner } from '../../../../hub/cli/banner.ts';
import { LANGUAGE_TAGS, type Language, wordsOf } from '../../../../hub/cli/languages/index.ts';
import { describeError } from '../../../../hub/cli/languages/words.ts';
import { describeFailure } from '../../../../hub/cli/log.ts';
import { createProgram, withCommand } from '../../../../hub/cli/program.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { NO_ACTIONS } from '../no-actions.ts';

const PORTUGUESE = wordsOf({ lang: 'pt-BR' });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-languages-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a command', () => {
  /** The language in which a command would answer. */
  async function languageOf(words: readonly string[], environment: NodeJS.ProcessEnv, system: Language) {
    const answered: (Language | undefined)[] = [];
    const answer = async ({ lang }: { lang?: Language | undefined }) => void answered.push(lang);
    const actions = {
      ...NO_ACTIONS,
      start: answer,
      listPins: answer,
      user: { ...NO_ACTIONS.user, list: answer },
    };
    const program = createProgram('0', actions, environment, system);
    await program.parseAsync(withCommand(words), { from: 'user' });
    return answered.join();
  }

  const inFile = () => {
    const path = join(folder, 'pinhub.json');
    writeFileSync(path, JSON.stringify({ lang: 'pt-BR' }));
    return path;
  };

  it.each([
    [['--lang', 'pt-BR'], {}, 'en', 'pt-BR'],
    [['--lang=pt-BR', '--port', '5001'], {}, 'en', 'pt-BR'],
    [['--lang', 'pt-BR', 'user', 'list'], {}, 'en', 'pt-BR'],
    [['user', '--lang', 'pt-BR', 'list'], {}, 'en', 'pt-BR'],
    [['user', 'list', '--lang', 'pt-BR'], {}, 'en', 'pt-BR'],
    [['pins', '--lang', 'en'], { PINHUB_LANG: 'pt-BR' }, 'pt-BR', 'en'],
    [['pins'], { PINHUB_LANG: 'pt-BR' }, 'en', 'pt-BR'],
    [['pins'], {}, 'pt-BR', 'pt-BR'],
    [[], {}, 'en', 'en'],
  ] as const)(
    'with %j and %j on a system in %s answers in %s',
    async (words, environment, system, language) => {
      expect(await languageOf(words, environment, system)).toBe(language);
    },
  );

  it('may take its language from a configuration file, which is weaker than all but the system', async () => {
    const words = ['--config', inFile()];
    expect(await languageOf(words, {}, 'en')).toBe('pt-BR');
    expect(await languageOf(words, { PINHUB_LANG: 'en' }, 'en')).toBe('en');
    expect(await languageOf([...words, '--lang', 'en'], {}, 'en')).toBe('en');
  });

  it('refuses a variable that names no language, and names the languages that there are', async () => {
    await expect(languageOf(['pins'], { PINHUB_LANG: 'klingon' }, 'en')).rejects.toThrow(
      'PINHUB_LANG cannot be "klingon". Allowed choices are en, pt-BR.',
    );
  });

  it('answers in its language', async () => {
    const said = vi.spyOn(console, 'log').mockReturnValue();
    await user.list({ data: folder, lang: 'pt-BR' });
    expect(said.mock.lastCall).toEqual([`Não há usuários (${folder}).`]);
    said.mockRestore();
  });
});

describe('an error', () => {
  it('keeps its code, and its sentence is in the language', () => {
    const error = new HubError('port/in-use', 'port 5000 is taken by another program; choose another');
    expect(describeFailure(error, PORTUGUESE)).toBe(
      'pinhub: a porta 5000 já está em uso por outro programa; escolha outra (port/in-use)',
    );
  });

  it('without a sentence in the language says what its code means, and then the English', () => {
    const error = { code: 'driver/failed', message: 'the kernel sneezed' } as const;
    expect(describeError(PORTUGUESE, error)).toBe(
      'O pino não fez o que foi pedido. Em inglês: the kernel sneezed',
    );
    expect(describeError(wordsOf({}), error)).toBe('the kernel sneezed');
  });

  it.each(LANGUAGE_TAGS)('has a meaning for every code, a sentence: %s', (lang) => {
    const { meanings } = wordsOf({ lang });
    expect(Object.keys(meanings).length).toBeGreaterThan(30);
    expect(Object.values(meanings).filter((meaning) => !/^\p{Lu}.+\.$/u.test(meaning))).toEqual([]);
  });
});

it('a banner on a terminal breaks its lines between words, and keeps addresses whole', () => {
  const url = 'http://localhost:5000/a-very-long-path/that-does-not-fit';
  const lines = [
    ['Share', 'only this machine can reach it; npx pinhub --host opens it to your network'],
    ['Here', url],
  ] as const;
  expect(banner('Pinhub', lines, 60).split('\n')).toEqual([
    '',
    'Pinhub',
    '  Share  only this machine can reach it; npx pinhub --host',
    '         opens it to your network',
    `  Here   ${url}`,
    '',
  ]);
  expect(banner('Pinhub', lines, Number.POSITIVE_INFINITY)).toContain('npx pinhub --host opens it');
});
