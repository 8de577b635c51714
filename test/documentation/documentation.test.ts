import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../../devices/kinds.ts';
import { BUILT_IN_ROLES } from '../../hub/access/rights/role.ts';
import { Setting } from '../../hub/cli/options.ts';
import { createProgram } from '../../hub/cli/program.ts';
import { ANSWERS } from '../../hub/gateways/http/answers.ts';
import { OPERATIONS } from '../../hub/gateways/http/openapi.ts';
import { EVENTS } from '../../hub/gateways/socket-io/event.ts';
import { DEFAULT_LIMITS } from '../../hub/limits/hub-limits.ts';
import { NO_ACTIONS } from '../hub/cli/no-actions.ts';
import { PAGES, ROOT } from './code-blocks.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** The words in code font in the first column of a page's tables. */
function named(page: string): Set<string> {
  const rows = [...read(page).matchAll(/^\| (`[^|]*)\|/gm)];
  return new Set(rows.flatMap(([, cell = '']) => cell.match(/`[^`]+`/g) ?? []));
}

/** The words of `wanted` that are not in the tables of a page. */
function missing(page: string, wanted: readonly string[]): string[] {
  const there = named(page);
  return wanted.map((word) => `\`${word}\``).filter((word) => !there.has(word));
}

/** The anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): Set<string> {
  const headings = [...withoutCode(read(page)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  const words = headings.map((heading) => heading.toLowerCase().replace(/[^\p{L}\p{N} -]/gu, ''));
  return new Set(words.map((heading) => heading.replaceAll(' ', '-')));
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}

/** Commands and programs: everything that a reader may copy. */
function code(page: string): string[] {
  const text = read(page);
  const blocks = [...text.matchAll(/^```[\s\S]*?^```$/gm)].map(([block]) => block);
  return [
    ...blocks,
    ...withoutCode(text)
      .split('\n')
      .filter((line) => line.startsWith('    ')),
  ];
}

/** A comment at the end of a command is in the language of its page. */
function withoutComment(line: string): string {
  return line.replace(/ +# .*$/, '');
}

/** Units of the table of limits. */
const UNITS: Readonly<Record<string, number>> = { KiB: 2 ** 10, MiB: 2 ** 20, days: 86_400 };

/** A number as people write it: `2 MiB`, `10 000`, `7 days`. */
function readAmount(text: string): number {
  const [, digits = '', unit = ''] = /^([\d ]+?) ?([A-Za-z]*)$/.exec(text.trim()) ?? [];
  return Number(digits.replaceAll(' ', '')) * (UNITS[unit] ?? 1);
}

describe('the documentation', () => {
  it('lists every error code, and no others', () => {
    const source = read('hub/core/error.ts');
    const union = source.slice(0, source.indexOf(';'));
    const codes = [...union.matchAll(/'([a-z/-]+)'/g)].map(([, found = '']) => found);
    expect(codes.length).toBeGreaterThan(20);
    expect(missing('docs/errors.md', codes)).toEqual([]);
    expect([...named('docs/errors.md')].filter((code) => !codes.includes(code.slice(1, -1)))).toEqual([]);
  });

  it('lists every limit with its default, and no others', () => {
    const rows = [...read('docs/limits.md').matchAll(/^\| (`\w+`(?:, `\w+`)*) \|.*\| ([^|]+) \|$/gm)];
    const listed = rows.flatMap(([, names = '', amount = '']) =>
      (names.match(/\w+/g) ?? []).map((name) => [name, readAmount(amount)]),
    );
    expect(Object.fromEntries(listed)).toEqual(DEFAULT_LIMITS);
  });

  it('lists every role', () => {
    expect(missing('docs/share.md', [...BUILT_IN_ROLES.keys()])).toEqual([]);
  });

  it('lists every event of Socket.IO with its arguments', () => {
    expect(missing('docs/socket-io.md', Object.keys(EVENTS))).toEqual([]);
    expect(read('docs/socket-io.md').replaceAll('`', '')).toContain(EVENTS.publish);
  });

  it('has every path of REST, and all that an entry of a list may have', () => {
    const text = PAGES.map(read).join();
    const paths = OPERATIONS.map(({ path }) => path.replace(/\{(\w+)\}/g, '<$1>'));
    const others = paths.filter((path) => !path.startsWith('/api/class'));
    expect(others.filter((path) => !text.includes(path))).toEqual([]);
    const { topics } = ANSWERS.topics.shape;
    const { devices } = ANSWERS.devices.shape;
    const fields = [topics, devices].flatMap(({ element }) => Object.keys(element.shape));
    expect(fields.length).toBeGreaterThan(10);
    expect(missing('docs/rest.md', fields)).toEqual([]);
  });

  it('lists every kind of device', () => {
    const devices = [...named('docs/topics.md')].map((name) => name.slice(1).split('/')[0]);
    expect(KINDS.map(({ kind }) => kind).filter((kind) => !devices.includes(kind))).toEqual([]);
  });

  it('lists every option of start', () => {
    const start = createProgram('0', NO_ACTIONS).commands.find((command) => command.name() === 'start');
    const flags = start?.options.flatMap(({ long = '', hidden }) => (hidden ? [] : [long])) ?? [];
    expect(flags.length).toBeGreaterThan(5);
    const words = [...named('docs/command-line.md')].join(' ');
    expect(flags.filter((flag) => !new RegExp(`${flag}\\b`).test(words))).toEqual([]);
  });

  it('lists every option of the commands that need a hub', () => {
    const { commands } = createProgram('0', NO_ACTIONS);
    const clients = commands.filter((command) => ['pub', 'sub'].includes(command.name()));
    const flags = clients
      .flatMap((command) => command.options)
      .flatMap((option) => (option instanceof Setting ? [option.long ?? ''] : []));
    expect(new Set(flags)).toEqual(new Set(['--hub', '--token-file', '--ca', '--lang']));
    expect(missing('docs/command-line.md', flags)).toEqual([]);
  });

  it('lists every metric, and no others', () => {
    const folder = join(ROOT, 'hub/telemetry');
    const source = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    const metrics = [...source.join().matchAll(/'((?:pinhub|process)_\w+)'/g)].map(([, name = '']) => name);
    expect(metrics.length).toBeGreaterThan(15);
    expect(missing('docs/monitoring.md', metrics)).toEqual([]);
    const listed = [...named('docs/monitoring.md')].filter((name) => /^`(pinhub|process)_/.test(name));
    expect(listed.filter((name) => !metrics.includes(name.slice(1, -1)))).toEqual([]);
  });

  it('has a configuration that is one', async () => {
    const [json = ''] = read('docs/command-line.md').match(/^ {4}\{ "port".*$/m) ?? [];
    const folder = mkdtempSync(join(tmpdir(), 'pinhub-documentation-'));
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

  it.each(PAGES)('links only to what exists: %s', (page) => {
    const links = [...withoutCode(read(page)).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
      ([, link = '']) => link,
    );
    const broken = links.filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && target.endsWith('.md') && !anchors(target).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('is reachable from its index, page by page', () => {
    const index = read('docs/README.md');
    const others = PAGES.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md');
    expect(others.filter((page) => !index.includes(`](${page.slice('docs/'.length)})`))).toEqual([]);
  });
});

describe('the README', () => {
  it('is short', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(180);
  });

  it('calls the command as it is there after npm ci', () => {
    const lines = ['README.md', 'README.pt-BR.md'].flatMap((page) =>
      code(page).filter((line) => /^ {4}.*\bpinhub\b/.test(line)),
    );
    expect(lines.length).toBeGreaterThan(8);
    expect(lines.filter((line) => !line.includes('npx pinhub'))).toEqual([]);
  });

  it('is the same in Portuguese: headings, commands, programs, links, and rows of tables', () => {
    const shape = (page: string) => {
      const text = withoutCode(read(page));
      return {
        headings: [...text.matchAll(/^#+(?= )/gm)].map(([level]) => level),
        code: code(page).map(withoutComment),
        links: [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link.replace('.pt-BR', '')).sort(),
        rows: text.split('\n').filter((line) => line.startsWith('|')).length,
      };
    };
    expect(shape('README.pt-BR.md')).toEqual(shape('README.md'));
  });
});
