import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Setting } from '../hub/cli/options.ts';
import { createProgram } from '../hub/cli/program.ts';
import { DEFAULT_LIMITS } from '../hub/limits/hub-limits.ts';
import { NO_ACTIONS } from './hub/cli/no-actions.ts';

const root = join(import.meta.dirname, '..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** The words in code font that the README's tables have in their first column. */
const named = new Set(
  [...readme.matchAll(/^\| (`[^|]*)\|/gm)].flatMap(([, cell = '']) => cell.match(/`[^`]+`/g) ?? []),
);

describe('the README', () => {
  it('lists every error code', () => {
    const source = readFileSync(join(root, 'hub/core/error.ts'), 'utf8');
    const union = source.slice(0, source.indexOf(';'));
    const codes = [...union.matchAll(/'([a-z/-]+)'/g)].map(([, code]) => `\`${code}\``);
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => !named.has(code))).toEqual([]);
  });

  it('lists every limit', () => {
    const limits = Object.keys(DEFAULT_LIMITS).map((name) => `\`${name}\``);
    expect(limits.filter((name) => !named.has(name))).toEqual([]);
  });

  it('lists every option of start', () => {
    const start = createProgram('0', NO_ACTIONS).commands.find((command) => command.name() === 'start');
    const flags = start?.options.flatMap(({ long = '', hidden }) => (hidden ? [] : [long])) ?? [];
    expect(flags.length).toBeGreaterThan(5);
    const words = [...named].join(' ');
    expect(flags.filter((flag) => !new RegExp(`${flag}\\b`).test(words))).toEqual([]);
  });

  it('lists every metric', () => {
    const folder = join(root, 'hub/telemetry');
    const source = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const metrics = [...source.join().matchAll(/'((?:pinhub|process)_\w+)'/g)].map(
      ([, name]) => `\`${name}\``,
    );
    expect(metrics.length).toBeGreaterThan(15);
    expect(metrics.filter((name) => !named.has(name))).toEqual([]);
    const listed = [...named].filter((name) => /^`(pinhub|process)_/.test(name));
    expect(listed.filter((name) => !metrics.includes(name))).toEqual([]);
  });

  it('calls the command as it is there after npm ci', () => {
    const lines = readme.split('\n').filter((line) => /^ {4}(\$ )?(npx )?pinhub\b/.test(line));
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.filter((line) => !line.includes('npx pinhub'))).toEqual([]);
  });

  it('lists every option of the commands that need a hub', () => {
    const { commands } = createProgram('0', NO_ACTIONS);
    const clients = commands.filter((command) => ['pub', 'sub'].includes(command.name()));
    const flags = clients
      .flatMap((command) => command.options)
      .flatMap((option) => (option instanceof Setting ? [option.long] : []));
    expect(new Set(flags)).toEqual(new Set(['--hub', '--token-file', '--ca']));
    expect(flags.filter((flag) => !named.has(`\`${flag}\``))).toEqual([]);
  });

  it('has a configuration that is one', async () => {
    const [json = ''] = readme.match(/^ {4}\{ "port".*$/m) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'pinhub-readme-'));
    const path = join(folder, 'config.json');
    writeFileSync(path, json);
    let options: unknown;
    const start = async (given: unknown) => {
      options = given;
    };
    await createProgram('0', { ...NO_ACTIONS, start }, {}).parseAsync(['start', '--config', path], {
      from: 'user',
    });
    expect(options).toMatchObject({ mqttPort: 1884, pigpiod: false, limit: { queuedMessages: 500 } });
    rmSync(folder, { recursive: true });
  });

  it('links to files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map(([, path = '']) => path);
    expect(links.length).toBeGreaterThan(3);
    for (const path of links) expect(() => readFileSync(join(root, path)), path).not.toThrow(/ENOENT/);
  });
});
