import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prepareFolder } from '../../../hub/storage/data-folder.ts';
import { lockFolder } from '../../../hub/storage/folder-lock.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lockPath = () => join(folder, 'pinhub.lock');

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

  it('may not be somebody else’s', () => {
    writeFileSync(join(folder, 'holiday.jpg'), '');
    writeFileSync(join(folder, 'mosquitto.db'), '');
    expect(() => prepareFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'store/unavailable',
        message: expect.stringContaining('nothing of Pinhub'),
      }),
    );
    expect(readdirSync(folder).length).toBe(2);
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

describe('the lock of a folder', () => {
  it('is for one at a time', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'store/unavailable',
        message: expect.stringContaining(`process ${process.pid}`),
      }),
    );
    lock.release();
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is gone', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(lockPath(), JSON.stringify({ pid, host: hostname() }));
    lockFolder(folder).release();
  });

  it('is taken over from a process whose number another has by now, as after a power cut', () => {
    writeFileSync(
      lockPath(),
      JSON.stringify({ pid: process.pid, host: hostname(), incarnation: 'another boot 17' }),
    );
    lockFolder(folder).release();
  });

  it.each(['', '{"pid":', 'null', '{"pid":"1"}'])('is taken over where it was cut off: %j', (content) => {
    writeFileSync(lockPath(), content);
    lockFolder(folder).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is not taken over from another machine, whose processes cannot be seen', () => {
    writeFileSync(lockPath(), JSON.stringify({ pid: 1, host: 'some-other-machine' }));
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(`remove ${lockPath()}`) }),
    );
  });

  it('is not released by one who has lost it', () => {
    const lock = lockFolder(folder);
    writeFileSync(lockPath(), 'somebody else’s');
    lock.release();
    expect(readFileSync(lockPath(), 'utf8')).toBe('somebody else’s');
  });

  it('cannot be had in a folder that is not there', () => {
    expect(() => lockFolder(join(folder, 'nowhere'))).toThrow(
      expect.objectContaining({ code: 'store/unavailable' }),
    );
    mkdirSync(join(folder, 'pinhub.lock'));
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'store/unavailable' }));
  });
});
