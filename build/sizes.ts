import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Counts the bytes that a browser transfers for a page before the page requests more: the HTML, and all scripts and styles that the page needs. */
export function transferOf(folder: string, page: string, encoding: 'br' | 'gz'): number {
  const file = join(folder, page);
  const assets = assetsNamedIn(readFileSync(file, 'utf8'));
  return [file, ...assets.map((asset) => join(folder, asset))].reduce(
    (sum, each) => sum + sizeOf(each, encoding),
    0,
  );
}

/** Finds the paths of the scripts and styles that a page needs, without those that it prefetches for the next page. */
export function assetsNamedIn(html: string): readonly string[] {
  const needed = html.replace(/<link rel="prefetch"[^>]*>/g, '');
  return [...new Set(needed.match(/(?<="\.\/)assets\/[\w.-]+/g))];
}

function sizeOf(file: string, encoding: string): number {
  const compressed = `${file}.${encoding}`;
  return statSync(existsSync(compressed) ? compressed : file).size;
}
