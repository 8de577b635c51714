import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeExposure, replaceFiles } from '../../../hub/files/files.ts';

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

  it('stay as they were if one of them cannot be written', async () => {
    const files = [one, join(folder, 'missing', 'other')].map((path) => ({ path, content: 'new' }));
    await expect(replaceFiles(files)).rejects.toThrow();
    expect(await readFile(one, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['one']);
  });

  it('overwrite a draft that a killed process left, and that others may read', async () => {
    await writeFile(`${one}.new`, 'left', { mode: 0o644 });
    await replaceFiles([{ path: one, content: 'new' }]);
    expect(await readFile(one, 'utf8')).toBe('new');
    expect((await stat(one)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['one']);
  });
});

describe('a file with secrets', () => {
  it('is reported if others can read it, and not if they cannot enter its folder', async () => {
    await chmod(folder, 0o755);
    await chmod(one, 0o644);
    expect(describeExposure(one)).toMatch(/^other users .* can read ".*one".*\(mode 644\): chmod 600/);
    await chmod(one, 0o660);
    expect(describeExposure(one)).toBeUndefined();
    await chmod(one, 0o644);
    await chmod(folder, 0o700);
    expect(describeExposure(one)).toBeUndefined();
    expect(describeExposure(other)).toBeUndefined();
  });
});
