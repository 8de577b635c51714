import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const pages = join(import.meta.dirname, '../../dist/pages');

it.each(['index.html', 'simulator/index.html'])(
  '%s has nothing inline that a strict policy forbids',
  (page) => {
    const markup = readFileSync(join(pages, page), 'utf8');
    expect(markup).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=|data:/);
  },
);
