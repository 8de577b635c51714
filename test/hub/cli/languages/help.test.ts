import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Language } from '../../../../hub/cli/languages/index.ts';
import { createProgram, withCommand } from '../../../../hub/cli/program.ts';
import { NO_ACTIONS } from '../no-actions.ts';

function commandsIn(language: Language): Command[] {
  const below = (command: Command): Command[] => [command, ...command.commands.flatMap(below)];
  return below(createProgram('0', NO_ACTIONS, {}, language));
}

const ENGLISH = commandsIn('en');
const PORTUGUESE = commandsIn('pt-BR');

/** Everything that a command says about itself and its options. */
function descriptionsOf(command: Command): string[] {
  const { options, registeredArguments } = command;
  const said = [...options, ...registeredArguments].map(({ description }) => description);
  return [command.description(), ...said].filter((text) => text !== '');
}

/** Words that no Portuguese sentence contains. */
const ENGLISH_WORDS =
  /(?<![\w-])(the|of|and|or|with|which|that|as in|its|default|choices|preset|options|for)(?![\w-])/i;

/** Lines of a help page without flags, and without names that are the same in every language. */
function proseOf(page: string): string[] {
  return page
    .split('\n')
    .map((line) => line.replace(/--[\w-]+/g, ''))
    .filter((line) => ENGLISH_WORDS.test(line));
}

describe('help in Portuguese', () => {
  it.each(PORTUGUESE.map((command, index) => [command.name(), command, ENGLISH[index]] as const))(
    'has nothing of the English one: %s',
    (_name, own, english) => {
      const before = new Set(english ? descriptionsOf(english) : []);
      expect(before.size).toBeGreaterThan(0);
      expect(descriptionsOf(own).filter((text) => before.has(text))).toEqual([]);
      expect(proseOf(own.helpInformation())).toEqual([]);
    },
  );

  it('has headings and placeholders in Portuguese', () => {
    const page = PORTUGUESE.find((command) => command.name() === 'start')?.helpInformation() ?? '';
    expect(page).toContain('Uso: pinhub start [opções]');
    expect(page).toContain('\nRede:\n');
    expect(page).toMatch(/--port <número>/);
    expect(page).toMatch(/-h, --help +mostra esta ajuda/);
  });
});

describe.each([
  ['English', ENGLISH],
  ['Portuguese', PORTUGUESE],
] as const)('help in %s', (_language, commands) => {
  it.each(commands.map((command) => [command.name(), command] as const))(
    'fits in 80 columns: %s',
    (_name, command) => {
      const page = command.configureOutput({ getOutHelpWidth: () => 80 }).helpInformation();
      expect(page.split('\n').filter((line) => line.length > 80)).toEqual([]);
    },
  );
});

it.each([
  ['English', ENGLISH],
  ['Portuguese', PORTUGUESE],
] as const)(
  'the examples of variables in help are of options that the command has: %s',
  (_language, commands) => {
    for (const command of commands) {
      let page = '';
      command.configureOutput({ writeOut: (text) => (page += text), getOutHelpWidth: () => 80 });
      command.outputHelp();
      const named = [...page.matchAll(/PINHUB_([A-Z_]+)=/g)].map(([, name = '']) => name);
      for (const name of named) expect(page).toContain(`--${name.toLowerCase().replaceAll('_', '-')}`);
    }
  },
);

/** The error that a command line prints in a locale. */
async function complaintOf(words: readonly string[], language: Language): Promise<string> {
  let said = '';
  const program = createProgram('0', NO_ACTIONS, {}, language);
  const prepare = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: (text) => (said += text), writeOut: () => {} });
    command.commands.forEach(prepare);
  };
  prepare(program);
  const failure = await program
    .parseAsync(withCommand(words), { from: 'user' })
    .catch((error: Error) => error);
  return said || String(failure instanceof Error ? failure.message : '');
}

describe('an error of the command line in Portuguese', () => {
  it.each([
    [['--prot', '5001'], "erro: a opção '--prot' não existe\n(Você quis dizer --port?)"],
    [['pubb', 'a', '1'], "erro: o comando 'pubb' não existe\n(Você quis dizer pub?)"],
    [['sub'], "erro: falta o argumento 'filtro'"],
    [['topic'], "erro: o comando 'topic' não existe"],
    [['start', 'now'], "erro: argumentos demais para 'start'"],
    [['--port'], "erro: falta o valor da opção '--port <número>'"],
    [
      ['--port', 'x'],
      "erro: 'x' não serve para a opção '--port <número>'. Precisa ser um número inteiro de 0 a 65535.",
    ],
    [['--log-level', 'x'], 'Os valores possíveis são trace, debug'],
    [['--limit', 'a=1'], 'o limite "a" não existe; existem'],
    [['cluster', 'import'], "erro: falta a opção '--to-folder <pasta>'"],
    [
      ['--lang', 'xx'],
      "erro: 'xx' não serve para a opção '--lang <idioma>'. Os valores possíveis são en, pt-BR.",
    ],
  ])('says what is wrong with %j', async (words, said) => {
    const complaint = await complaintOf(words, 'pt-BR');
    expect(complaint).toContain(said);
    expect(complaint).toMatch(/Veja npx pinhub [\w ]*--help\./);
  });

  it.each([
    [['--lang', 'klingon', 'start']],
    [['start', '--lang', 'klingon']],
    [['user', 'list', '--lang=klingon']],
  ])(
    'is in English if there is no such language, and names the languages that there are: %j',
    async (words) => {
      expect(await complaintOf(words, 'en')).toContain(
        "option '--lang <language>' argument 'klingon' is invalid. Allowed choices are en, pt-BR.",
      );
    },
  );
});
