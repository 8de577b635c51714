import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

const pages = join(import.meta.dirname, '../../dist/pages');

/** The scripts that a page loads before it can do anything, those that they import included. */
function scriptsOf(page: string): string[] {
  const markup = readFileSync(join(pages, page), 'utf8');
  return [...markup.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path = '']) => path);
}

function gzippedBytes(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(pages, path))).byteLength, 0);
}

it.each([
  ['index.html', 150],
  ['simulator/index.html', 200],
])('%s loads at most %d KB of script, gzipped', (page, kilobytes) => {
  const scripts = scriptsOf(page);
  expect(scripts.length).toBeGreaterThan(0);
  expect(gzippedBytes(scripts)).toBeLessThanOrEqual(kilobytes * 1000);
});

it.each(['index.html', 'simulator/index.html'])(
  '%s has nothing inline that a strict policy forbids',
  (page) => {
    const markup = readFileSync(join(pages, page), 'utf8');
    expect(markup).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|data:/);
  },
);
