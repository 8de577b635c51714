import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';
import { createProgram, withCommand } from '../../hub/cli/program.ts';
import { readPick } from '../../web/shared/discovery/template.ts';
import { NO_ACTIONS } from '../hub/cli/no-actions.ts';
import { describeWith } from '../programs.ts';
import { answersOf, commandsOf, ROOT, readCodeBlocks, readCodeSpans } from './code-blocks.ts';

const blocks = readCodeBlocks();
const inLanguage = (language: string) => blocks.filter((block) => block.language === language);
const isJson = (text: string) => /^\{(?!\{)/.test(text);
const shell = inLanguage('indented').filter(({ text }) => !isJson(text));

/** Fences whose text other tests run or compare, each with the one page that these read. */
const ELSEWHERE: Readonly<Record<string, readonly [page: string, test: string]>> = {
  caddyfile: ['docs/behind-a-proxy.md', 'test/conformance/proxies/proxies.test.ts'],
  nginx: ['docs/behind-a-proxy.md', 'test/conformance/proxies/proxies.test.ts'],
  ini: ['docs/install.md', 'test/hub/cli/service.test.ts'],
  text: ['docs/architecture.md', 'test/documentation/drawings.test.ts'],
};

/** The faults of blocks, each with its page. */
function faultsOf(of: readonly (typeof blocks)[number][], check: (text: string) => void): readonly string[] {
  return of.flatMap(({ page, text }) => {
    try {
      check(text);
      return [];
    } catch (error) {
      return [`${page}: ${error} in\n${text}`];
    }
  });
}

interface PinhubCommand {
  readonly page: string;
  /** The words after `pinhub`. */
  readonly words: readonly string[];
  /** Whether the command stands within a sentence. */
  readonly isPart: boolean;
}

/** The lines that call `pinhub`, as the words after it; lines with `…` are not commands, but say that more is possible. */
function pinhubCommands(): readonly PinhubCommand[] {
  const lines = shell.flatMap(({ page, text }) =>
    commandsOf(text)
      .split('\n')
      .map((line) => ({ page, line, isPart: false })),
  );
  const spans = readCodeSpans().map(({ page, text }) => ({ page, line: text, isPart: true }));
  return [...lines, ...spans].flatMap(({ page, line, isPart }) => {
    const [, command] =
      /^(?:[A-Z_]+=\S+ |sudo )*(?:npx )?pinhub(?= |$)((?:'[^']*'|[^#|>&])*)/.exec(line) ?? [];
    return command === undefined || line.includes('…') ? [] : [{ page, words: splitWords(command), isPart }];
  });
}

/** Files and packages that readers have and this repository does not; and help, which ends a command like an error. */
const NOT_HERE = /ENOENT|there is no (file|package)|outputHelp/;

/** Errors about arguments and options, which a command within a sentence may leave out. */
const LEFT_OUT = /missing required argument|argument missing|required option/;

/** Makes a command throw, where the program would print an error and exit. */
function throwing(command: Command): Command {
  for (const one of command.commands) throwing(one);
  return command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
}

function splitWords(command: string): readonly string[] {
  return (command.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) => word.replace(/['"]/g, ''));
}

describe('blocks of code in the documentation', () => {
  it('are in a language that a test reads', () => {
    const known = ['indented', 'js', 'json', 'jinja', 'python', 'yaml'];
    const isRead = ({ language, page }: (typeof blocks)[number]) =>
      known.includes(language) || ELSEWHERE[language]?.[0] === page;
    expect(blocks.filter((block) => !isRead(block))).toEqual([]);
    for (const [, test] of Object.values(ELSEWHERE)) expect(existsSync(join(ROOT, test)), test).toBe(true);
  });

  it('parse as JavaScript', () => {
    expect(inLanguage('js').length).toBeGreaterThan(10);
    expect(faultsOf(inLanguage('js'), parseAst)).toEqual([]);
  });

  it('parse as JSON', () => {
    const json = [...inLanguage('json'), ...inLanguage('indented').filter(({ text }) => isJson(text))];
    expect(json.length).toBeGreaterThan(3);
    expect(faultsOf(json, JSON.parse)).toEqual([]);
  });

  it('answer a session with JSON, or with events of JSON', () => {
    const answers = shell.flatMap(({ page, text }) =>
      answersOf(text).map((answer) => ({ page, text: answer })),
    );
    const json = answers.flatMap(({ page, text }) => {
      const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = '']) => data);
      const bodies = /^[{[]/.test(text) ? [text] : events;
      return bodies.map((body) => ({ page, language: 'json', text: body }));
    });
    expect(json.length).toBeGreaterThan(8);
    expect(faultsOf(json, JSON.parse)).toEqual([]);
  });

  it('are templates that the dashboard reads', () => {
    const templates = inLanguage('jinja').flatMap(({ text }) => text.split('\n'));
    expect(templates.length).toBeGreaterThan(2);
    expect(templates.filter((template) => readPick(template) === undefined)).toEqual([]);
  });

  it('parse as commands of a shell', () => {
    expect(shell.length).toBeGreaterThan(30);
    const input = shell.map(({ page, text }) => `# ${page}\n${commandsOf(text)}\n`).join('');
    const { status, stderr } = spawnSync('bash', ['-n'], { input });
    expect([String(stderr), status]).toEqual(['', 0]);
  });

  it('call pinhub with existing commands and options', async () => {
    const commands = pinhubCommands();
    expect(commands.length).toBeGreaterThan(30);
    const refused: string[] = [];
    for (const { page, words, isPart } of commands) {
      const program = throwing(createProgram('0', NO_ACTIONS, {}));
      await program.parseAsync(withCommand(words), { from: 'user' }).catch((error) => {
        const isFine = NOT_HERE.test(String(error)) || (isPart && LEFT_OUT.test(String(error)));
        if (!isFine) refused.push(`${page}: pinhub ${words.join(' ')}: ${error}`);
      });
    }
    expect(refused).toEqual([]);
  });

  it('name existing scripts, benchmarks and files', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const text =
      blocks.map((block) => block.text).join('\n') + readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, name = '']) => name))];
    expect(named(/\bnpm run ([\w-]+)/g).filter((name) => !(name in scripts))).toEqual([]);
    const files = [
      ...named(/\bnode ((?:examples|bench|dist)\/\S+)/g).map((file) =>
        file.replace(/^dist\/(.*)\.js$/, '$1.ts'),
      ),
      ...named(/\bnpm run bench -- ([\w-]+)/g).map((name) => `bench/${name}.mjs`),
      ...named(/\bvitest(?: run)? --config (\S+)/g),
      ...named(/\bvitest(?: run)? --config \S+ ([\w./-]+)/g),
      ...named(/\bbiome check --write ([\w./-]+)/g),
    ];
    expect(files.length).toBeGreaterThan(6);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});

const READ_ALL = `
import ast, json, sys, yaml
read = {'python': ast.parse, 'yaml': yaml.safe_load}
for language, text in json.load(sys.stdin):
    try:
        read[language](text)
    except Exception as error:
        print(error, 'in', text)
`;

describeWith('python3-yaml', 'blocks of code in Python and YAML', () => {
  it('parse', () => {
    const texts = [...inLanguage('python'), ...inLanguage('yaml')].map(({ language, text }) => [
      language,
      text,
    ]);
    expect(texts.length).toBeGreaterThan(3);
    const { stdout, status } = spawnSync('/usr/bin/python3', ['-c', READ_ALL], {
      input: JSON.stringify(texts),
    });
    expect([String(stdout), status]).toEqual(['', 0]);
  });
});
