import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './code-blocks.ts';

const architecture = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
const [way = '', tree = ''] = [...architecture.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(
  ([, text = '']) => text,
);

const exists = (path: string) => existsSync(join(ROOT, path));

/** The paths of a drawing in which two spaces of indentation mean one folder deeper, and two or more follow each name. */
function pathsOf(drawing: string): readonly string[] {
  const folders: string[] = [];
  return drawing.split('\n').flatMap((line) => {
    const depth = line.search(/\S|$/) / 2;
    const words = line.trim().split(/ {2,}/);
    const end = words.findIndex((word) => !/^[\w.-]+(\/|\.ts)$/.test(word));
    const names = words.slice(0, end === -1 ? words.length : end);
    folders[depth] = names[0] ?? '';
    return names.map((name) => posix.join(...folders.slice(0, depth), name));
  });
}

describe('the drawing of the way of a message', () => {
  it('names existing files and folders of the hub', () => {
    const files = way.match(/[\w-]+\/[\w/-]+\.ts|gateways\/\w+\//g) ?? [];
    expect(files.length).toBeGreaterThanOrEqual(9);
    expect(files.filter((file) => !exists(`hub/${file}`))).toEqual([]);
  });

  it('has seven stations', () => {
    expect(way.match(/^ {2}\d /gm)).toHaveLength(7);
  });

  it('goes on beside the code, with existing files', () => {
    const source = readFileSync(join(ROOT, 'hub/gateways/mqtt/outbound.ts'), 'utf8');
    const drawing = /\/\*\n \* The way of a message to a client:[\s\S]*?\*\//.exec(source)?.[0] ?? '';
    const files = drawing.match(/[\w./-]+\.ts\b/g) ?? [];
    expect(files.length).toBeGreaterThanOrEqual(5);
    const places = ['hub', 'hub/gateways/mqtt'];
    expect(files.filter((file) => !places.some((place) => exists(posix.join(place, file))))).toEqual([]);
  });
});

describe('the drawing of the folders', () => {
  const paths = pathsOf(tree).map((path) => path.replace(/\/$/, ''));

  it('names only what there is', () => {
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !exists(path))).toEqual([]);
  });

  it.each(['hub', 'devices', 'simulator', 'web'])('leaves out no folder of %s', (folder) => {
    const inside = readdirSync(join(ROOT, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${folder}/${name}`);
    expect(inside.filter((path) => !paths.includes(path))).toEqual([]);
  });
});
