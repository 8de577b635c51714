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
