import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** How many bytes a browser transfers for a page before the page asks for more: its HTML, and all scripts and styles that the HTML names. */
export function transferOf(folder: string, page: string, encoding: 'br' | 'gz'): number {
  const file = join(folder, page);
  const assets = [...new Set(readFileSync(file, 'utf8').match(/(?<="\.\/)assets\/[\w.-]+/g))];
  return [file, ...assets.map((asset) => join(folder, asset))].reduce(
    (sum, each) => sum + sizeOf(each, encoding),
    0,
  );
}

function sizeOf(file: string, encoding: string): number {
  const compressed = `${file}.${encoding}`;
  return statSync(existsSync(compressed) ? compressed : file).size;
}
