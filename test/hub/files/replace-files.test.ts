import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceFiles } from '../../../hub/files/files.ts';

let folder: string;
let one: string;
let other: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-files-'));
  [one, other] = [join(folder, 'one'), join(folder, 'other')];
  await writeFile(one, 'old', { mode: 0o644 });
});
afterEach(() => rm(folder, { recursive: true }));

describe('files that are replaced', () => {
  it('are there whole, for their owner alone unless others are to read them, and nothing beside them', async () => {
    await replaceFiles([
      { path: one, content: 'new' },
      { path: other, content: Buffer.from('bytes'), mode: 0o644 },
    ]);
    expect([await readFile(one, 'utf8'), await readFile(other, 'utf8')]).toEqual(['new', 'bytes']);
    const modes = await Promise.all([one, other].map(async (path) => (await stat(path)).mode & 0o777));
    expect(modes).toEqual([0o600, 0o644 & ~process.umask()]);
    expect(await readdir(folder)).toEqual(['one', 'other']);
  });

  it('are all written before the first has its name', async () => {
    const seen: unknown[] = [];
    const beforeNaming = async () => {
      seen.push(await readFile(one, 'utf8'), await readFile(`${one}.new`, 'utf8'), await readdir(folder));
    };
    const files = [one, other].map((path) => ({ path, content: 'new' }));
    await replaceFiles(files, { beforeNaming });
    expect(seen).toEqual(['old', 'new', ['one', 'one.new', 'other.new']]);
  });

  it.each([
    ['one of them cannot be written', () => [one, join(folder, 'missing', 'other')], async () => undefined],
    ['who is asked before refuses', () => [one, other], () => Promise.reject(new Error('no'))],
  ])('stay as they were where %s', async (_why, paths, beforeNaming) => {
    const files = paths().map((path) => ({ path, content: 'new' }));
    await expect(replaceFiles(files, { beforeNaming })).rejects.toThrow();
    expect(await readFile(one, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['one']);
  });
});
