import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareFolder } from '../../../hub/storage/folder/data-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a data folder', () => {
  it('is made, with those above it, and readable by its owner alone', () => {
    const data = join(folder, 'state', 'pinhub');
    prepareFolder(data);
    expect(statSync(data).mode & 0o777).toBe(0o700);
  });

  it('may be empty, and is made private then', () => {
    chmodSync(folder, 0o755);
    prepareFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.runIf(process.getuid?.() === 0)('may be one whose mode another user alone may change', () => {
    chmodSync(folder, 0o777);
    const module = new URL('../../../dist/hub/storage/folder/data-folder.js', import.meta.url).href;
    const code = `import(${JSON.stringify(module)}).then(({ prepareFolder }) => prepareFolder(${JSON.stringify(folder)}))`;
    const nobody = { uid: 65_534, gid: 65_534, encoding: 'utf8' } as const;
    expect(spawnSync(process.execPath, ['-e', code], nobody)).toMatchObject({ status: 0, stderr: '' });
  });

  it.each([
    'state-12.base',
    'state-1.log',
    'state-1.base.new',
    'access.json',
    'pinhub.lock',
    'damaged-state-1.base',
  ])('may hold what Pinhub keeps: %s', (name) => {
    writeFileSync(join(folder, name), '');
    writeFileSync(join(folder, 'a note of its owner'), '');
    expect(() => prepareFolder(folder)).not.toThrow();
  });

  it.each([['cert.pem', 'key.pem'], ['history']])(
    'may hold nothing but what Pinhub keeps by a name that others use too: %s',
    (...names) => {
      for (const name of names) writeFileSync(join(folder, name), '');
      expect(() => prepareFolder(folder)).not.toThrow();
      writeFileSync(join(folder, 'nginx.conf'), '');
      expect(() => prepareFolder(folder)).toThrow(expect.objectContaining({ code: 'store/unavailable' }));
    },
  );

  it('may not be somebody else’s', () => {
    writeFileSync(join(folder, 'holiday.jpg'), '');
    writeFileSync(join(folder, 'mosquitto.db'), '');
    expect(() => prepareFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'store/unavailable',
        message: expect.stringContaining('no data of Pinhub'),
      }),
    );
    expect(readdirSync(folder).length).toBe(2);
  });

  it('counts other files in the folder correctly', () => {
    writeFileSync(join(folder, 'letter.txt'), '');
    expect(() => prepareFolder(folder)).toThrow(/holds "letter\.txt", but no data of Pinhub/);
    writeFileSync(join(folder, 'more.txt'), '');
    expect(() => prepareFolder(folder)).toThrow(/holds "letter\.txt" and 1 more, but no data of Pinhub/);
  });

  it('may not be made without room for folders, or through a link that leads nowhere', () => {
    const link = join(folder, 'link');
    symlinkSync(join(folder, 'nowhere'), link);
    for (const wrong of [link, join(link, 'below')]) {
      expect(() => prepareFolder(wrong)).toThrow(
        expect.objectContaining({
          code: 'store/unavailable',
          message: `"${link}" is a broken link; choose another place with --data`,
        }),
      );
    }
    if (process.platform !== 'linux') return;
    expect(() => prepareFolder('/proc/pinhub/below')).toThrow(/^"\/proc\/pinhub" cannot be made: .*--data$/);
  });

  it('may not be a file', () => {
    const path = join(folder, 'file');
    writeFileSync(path, '');
    for (const wrong of [path, join(path, 'below')]) {
      expect(() => prepareFolder(wrong)).toThrow(
        expect.objectContaining({
          code: 'store/unavailable',
          message: expect.stringContaining('it is a file'),
        }),
      );
    }
  });
});
