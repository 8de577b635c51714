import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Passage } from '../../web/docs/passage.ts';
import type { Places } from './links.ts';
import { type Article, escapeHtml, renderArticle, type Section } from './render.ts';
import { type Group, readGroups, readIndex, type Source } from './sources.ts';

/** The files that `/docs/` serves, by address. */
export interface Site {
  readonly pages: ReadonlyMap<string, string>;
  /** The passages for the search. The page builds the index itself, because the index would be as long as the text and takes only a moment to build. */
  readonly passages: readonly Passage[];
}

/** Renders the documentation as static pages, each from the template. Throws for a page that cannot be rendered. */
export function buildSite(root: string, template: string): Site {
  const groups = readGroups(root);
  const order = [readIndex(root), ...groups.flatMap(({ pages }) => pages)];
  const places: Places = {
    pages: new Map(order.map((page) => [page.path, page])),
    repository: `${repositoryOf(root)}/blob/HEAD`,
  };
  const pages = new Map<string, string>();
  const passages: Passage[] = [];
  for (const [at, source] of order.entries()) {
    const article = renderArticle(source, places);
    const neighbors = { before: order[at - 1], after: order[at + 1] };
    pages.set(source.address, fillTemplate(template, source, { article, groups, ...neighbors }));
    passages.push(...article.sections.map((section) => passageOf(source, section)));
  }
  return { pages, passages };
}

function repositoryOf(root: string): string {
  const { repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return repository.url.replace(/^git\+|\.git$/g, '');
}

function passageOf({ address, title: page }: Source, { id, title, text }: Section): Passage {
  return { id: id === '' ? address : `${address}#${id}`, page, title: id === '' ? page : title, text };
}

interface Parts {
  readonly article: Article;
  readonly groups: readonly Group[];
  readonly before: Source | undefined;
  readonly after: Source | undefined;
}

/** Fills a page's parts into the template. */
function fillTemplate(template: string, source: Source, parts: Parts): string {
  const { article, groups, before, after } = parts;
  const slots: Readonly<Record<string, string>> = {
    title: escapeHtml(source.title),
    article: article.html,
    pages: groups.map((group) => groupView(group, source)).join('\n'),
    headings: headingsView(article.sections),
    before: before ? `<a rel="prev" href="${before.address}">← ${escapeHtml(before.title)}</a>` : '',
    after: after ? `<a rel="next" href="${after.address}">${escapeHtml(after.title)} →</a>` : '',
  };
  return template
    .replace('<html lang="en">', `<html lang="${source.language}">`)
    .replace(/<!-- docs: (\w+) -->/g, (_, slot: string) => slots[slot] ?? fail(slot));
}

function fail(slot: string): never {
  throw new Error(`the template of the documentation has an unknown slot "${slot}"`);
}

function groupView({ title, pages }: Group, current: Source): string {
  const items = pages.map((page) => {
    const mark = page === current || page.path === current.path ? ' aria-current="page"' : '';
    return `<li><a href="${page.address}"${mark}>${escapeHtml(page.title)}</a></li>`;
  });
  return `<h2>${escapeHtml(title)}</h2>\n<ul>\n${items.join('\n')}\n</ul>`;
}

function headingsView(sections: readonly Section[]): string {
  const shown = sections.filter(({ depth }) => depth === 2 || depth === 3);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ id, depth, title }) => `<li data-depth="${depth}"><a href="#${id}">${escapeHtml(title)}</a></li>`,
  );
  return `<details><summary lang="en">On this page</summary><ul>\n${items.join('\n')}\n</ul></details>`;
}
