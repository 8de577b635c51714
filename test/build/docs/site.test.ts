import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildSite } from '../../../build/docs/site.ts';
import { createSearch } from '../../../web/docs/search.ts';

const ROOT = join(import.meta.dirname, '../../..');
const template = readFileSync(join(ROOT, 'web/docs/index.html'), 'utf8');
const { pages, passages } = buildSite(ROOT, template);

const all = (html: string, pattern: RegExp) => [...html.matchAll(pattern)].map(([, found = '']) => found);
const idsOf = (address: string) => all(pages.get(address) ?? '', / id="([^"]+)"/g);

describe('the site of the documentation', () => {
  it('has a page for each file of docs, for both READMEs, and for contributors', () => {
    const files = readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md'));
    const own = files.map((file) => (file === 'README.md' ? 'index.html' : file.replace('.md', '.html')));
    const more = ['start.html', 'start.pt-BR.html', 'contributing.html'];
    expect([...pages.keys()].toSorted()).toEqual([...own, ...more].toSorted());
  });

  it('leads only to existing pages, headings, images and files', () => {
    const broken = [...pages].flatMap(([page, html]) =>
      all(html.slice(html.indexOf('<main>')), /(?:href|src)="([^"]+)"/g)
        .filter((link) => !isThere(link, page))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('has each anchor once on a page, as GitHub makes it', () => {
    for (const address of pages.keys())
      expect(new Set(idsOf(address)).size, address).toBe(idsOf(address).length);
    expect(idsOf('limits.html')).toContain('under-attack');
    expect(idsOf('your-own-device.html')).toContain('esp32-with-micropython');
  });

  it('has one heading of the first level on each page, in the language of the page', () => {
    for (const [address, html] of pages) {
      expect(html.match(/<h1>/g), address).toHaveLength(1);
      expect(html, address).toContain(
        address === 'start.pt-BR.html' ? '<html lang="pt-BR">' : '<html lang="en">',
      );
    }
  });

  it('marks the words of code, and leaves nothing of its markup in the text', () => {
    expect(pages.get('embedding.html')).toContain('<span class="hljs-keyword">import</span>');
    expect(pages.get('rest.html')).not.toMatch(/```|<!-- docs/);
  });

  it('has no script and no style within a page, which its content security policy forbids', () => {
    for (const [address, html] of pages) {
      expect(html, address).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/);
    }
  });
});

describe('the search of the documentation', () => {
  const search = createSearch(passages);
  const first = (words: string) => search(words).map(({ id }) => id)[0];

  it.each([
    ['queuedMessages', 'limits.html'],
    ['trust-proxy', 'behind-a-proxy.html'],
    ['expiresInSeconds', 'rest.html#lists'],
    ['onPublish', 'embedding.html'],
    ['pinhub_event_loop_delay_seconds', 'monitoring.html#metrics'],
    ['topico retida', 'start.pt-BR.html'],
  ])('finds %s', (words, page) => {
    expect(first(words)).toMatch(new RegExp(`^${page}`));
  });

  it('finds words that are typed half, or with a wrong letter', () => {
    expect(first('middlebox')).toBeUndefined();
    expect(search('durabil').map(({ id }) => id)).toContain('storage.html');
    expect(search('oscilloskope').map(({ id }) => id)).toContain('simulator.html');
  });

  it('leads to existing headings', () => {
    const wrong = ['led', 'mqtt', 'token', 'hub', 'nats'].flatMap((word) =>
      search(word)
        .map(({ id }) => id)
        .filter((id) => !isThere(id, '')),
    );
    expect(wrong).toEqual([]);
  });
});

/** Whether a link of a page leads somewhere: a file of the repository counts if it exists, another site always does. */
function isThere(link: string, page: string): boolean {
  const [, file] = /^https:\/\/github\.com\/pinhub\/pinhub\/blob\/HEAD\/(.+)$/.exec(link) ?? [];
  if (file !== undefined) return existsSync(join(ROOT, file));
  if (/^https?:/.test(link)) return true;
  const [address = '', anchor] = link.split('#');
  const target = address === '' ? page : address;
  if (!pages.has(target)) return existsSync(join(ROOT, 'docs', target));
  return anchor === undefined || idsOf(target).includes(anchor);
}
