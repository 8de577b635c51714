import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import postcss, { type ChildNode, type Rule } from 'postcss';
import { describe, expect, it } from 'vitest';

const WEB = join(import.meta.dirname, '../../web');

/** The style sheets of each page, in order. */
const PAGES = {
  dashboard: sheetsOf('dashboard/style/index.css'),
  simulator: sheetsOf('simulator/style/index.css'),
  administration: sheetsOf('admin/style/index.css'),
  api: [...sheetsOf('api/api.css'), 'api/api.css'],
  topics: sheetsOf('topics/style/index.css'),
  learn: sheetsOf('learn/style/index.css'),
  docs: [...sheetsOf('docs/docs.css'), 'docs/docs.css'],
  login: [...sheetsOf('login/login.css'), 'login/login.css'],
  class: sheetsOf('class/style/index.css'),
};

/** The style sheets that apply to every element, whatever its class. */
const GLOBAL = new Set(['shared/base.css', 'shared/tokens.css']);

function sheetsOf(index: string): string[] {
  const imports = read(index).matchAll(/@import "(.+?)"/g);
  return [...imports].map(([, path = '']) => join(index, '..', path));
}

function read(path: string): string {
  return readFileSync(join(WEB, path), 'utf8');
}

/** The elements that a selector styles: the classes of its last element that has any, or else its last element. The parts before it are only conditions. */
function subjectOf(selector: string): readonly string[] {
  const elements = withoutConditions(selector).split(/[\s>+~]+(?![^(]*\))/);
  const classes = elements.map((each) => [...each.matchAll(/\.[\w-]+/g)].map(String));
  return classes.findLast((names) => names.length > 0) ?? [elements.at(-1) ?? ''];
}

/** A selector without its `:not(…)` and `:has(…)`. */
function withoutConditions(selector: string): string {
  const start = /:(?:not|has)\(/.exec(selector);
  if (!start) return selector;
  let end = start.index + start[0].length;
  for (let depth = 1; depth > 0 && end < selector.length; end++) {
    if (selector[end] === '(') depth++;
    if (selector[end] === ')') depth--;
  }
  return withoutConditions(selector.slice(0, start.index) + selector.slice(end));
}

/** All selectors of a sheet, those of nested rules with their parents'. */
function selectorsOf(path: string): string[] {
  const selectors: string[] = [];
  postcss.parse(read(path)).walkRules((rule) => {
    if (!isKeyframe(rule.parent)) selectors.push(...resolve(rule));
  });
  return selectors;
}

function resolve(rule: Rule): string[] {
  const outer = enclosing(rule.parent);
  if (!outer) return rule.selectors;
  return rule.selectors.map((inner) => `${outer.selectors[0]} ${inner.replaceAll('&', '')}`);
}

function enclosing(parent: Rule['parent']): Rule | undefined {
  if (!parent || parent.type === 'root') return undefined;
  return parent.type === 'rule'
    ? (parent as Rule)
    : enclosing((parent as ChildNode).parent as Rule['parent']);
}

function isKeyframe(parent: Rule['parent']): boolean {
  return parent?.type === 'atrule' && 'name' in parent && parent.name === 'keyframes';
}

describe.each(Object.entries(PAGES))('the styles of the %s', (_, sheets) => {
  const own = sheets.filter((path) => !GLOBAL.has(path));

  it('are all there, each once', () => {
    expect(sheets.length).toBeGreaterThan(2);
    expect(new Set(sheets).size).toBe(sheets.length);
  });

  it('of one class are in one sheet, so no part changes another', () => {
    const owners = new Map<string, Set<string>>();
    for (const path of own)
      for (const name of selectorsOf(path).flatMap(subjectOf))
        owners.set(name, (owners.get(name) ?? new Set()).add(path));
    const shared = [...owners].filter(([, paths]) => paths.size > 1);
    expect(shared.map(([name, paths]) => [name, ...paths].join(' '))).toEqual([]);
  });
});

it('every style sheet of the dashboard is used', () => {
  const files = readdirSync(join(WEB, 'dashboard/style')).filter((file) => file !== 'index.css');
  const used = PAGES.dashboard.filter((path) => path.startsWith('dashboard/style/'));
  expect(used.map((path) => path.split('/').at(-1)).sort()).toEqual(files.sort());
});
