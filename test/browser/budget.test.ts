import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { assetsNamedIn } from '../../build/sizes.ts';

const pages = join(import.meta.dirname, '../../dist/pages');
const read = (page: string) => readFileSync(join(pages, page), 'utf8');

it.each(['index.html', 'simulator/index.html'])(
  '%s has nothing inline that a strict policy forbids',
  (page) => {
    expect(read(page)).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|data:/);
  },
);

it('the login page has the scripts and styles of the dashboard fetched, while somebody types', () => {
  const login = read('login/index.html');
  const needed = assetsNamedIn(read('index.html'));
  expect(needed).not.toEqual([]);
  expect(needed.filter((asset) => !login.includes(`"./${asset}"`))).toEqual([]);
});

it('the dashboard’s first script waits for no style and for no other script', () => {
  const html = read('index.html');
  const [tag, file = ''] = /<script crossorigin src="\.\/(assets\/early-[^"]+)"><\/script>/.exec(html) ?? [];
  expect(tag).toBeDefined();
  // The page also contains links to scripts that it has already fetched.
  const order = [...html.matchAll(/ rel="soon"|<script[^>]*>|rel="stylesheet"/g)].map(([one]) => one);
  expect(order.slice(0, order.lastIndexOf(' rel="soon"') + 2).at(-1)).toContain(file);
  expect(order.indexOf('rel="stylesheet"')).toBeGreaterThan(order.findIndex((one) => one.includes(file)));
  expect(read(file)).not.toMatch(/\bimport\b|\bexport\b/);
});
