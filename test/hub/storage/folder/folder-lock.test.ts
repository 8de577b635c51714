import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../../hub/storage/folder/folder-lock.ts';

let folder: string;
const servers: Server[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pinhub-lock-'));
});
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  rmSync(folder, { recursive: true, force: true });
});

const lockPath = () => join(folder, 'pinhub.lock');
const putLock = (content: object) => writeFileSync(lockPath(), JSON.stringify(content));
const readLock = () => JSON.parse(readFileSync(lockPath(), 'utf8'));

async function isTakenOver(): Promise<void> {
  (await lockFolder(folder)).release();
  expect(readdirSync(folder)).toEqual([]);
}

/** What a lock of this process says. */
async function describeSelf(): Promise<object> {
  const lock = await lockFolder(folder);
  const { socket, ...content } = readLock();
  lock.release();
  return content;
}

const onLinux = it.runIf(process.platform === 'linux');

describe('the lock of a folder', () => {
  it('is for one at a time', async () => {
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      code: 'store/unavailable',
      message: expect.stringContaining(`process ${process.pid}: stop it`),
    });
    lock.release();
    await isTakenOver();
  });

  it('is had by one of many who want it in the same moment, stale or not', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    for (let round = 0; round < 20; round++) {
      if (round % 2 === 0) putLock({ pid, host: hostname() });
      const wanted = Array.from({ length: 5 }, () => lockFolder(folder).catch(() => undefined));
      const had = (await Promise.all(wanted)).filter((lock) => lock !== undefined);
      expect(had.length).toBe(1);
      for (const lock of had) lock.release();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is never there without saying whose it is', async () => {
    const isOver = new Int32Array(new SharedArrayBuffer(4));
    const seen = watch(isOver);
    for (let n = 0; n < 500; n++) (await lockFolder(folder)).release();
    Atomics.store(isOver, 0, 1);
    expect(await seen).not.toContain('');
  });

  it('is taken over from a process that is gone', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    putLock({ pid, host: hostname() });
    await isTakenOver();
  });

  onLinux('is taken over from a process whose number another has by now', async () => {
    const content = await describeSelf();
    const [boot] = `${Reflect.get(content, 'incarnation')}`.split(' ');
    putLock({ ...content, incarnation: `${boot} 17` });
    await isTakenOver();
  });

  onLinux('is taken over after a power cut, whatever container it was in', async () => {
    putLock({ ...(await describeSelf()), namespace: 'pid:[1]', incarnation: 'another boot 17' });
    await isTakenOver();
  });

  it.each(['', '{"pid":', 'null', '{"pid":"1"}'])(
    'is taken over where it was cut off: %j',
    async (content) => {
      writeFileSync(lockPath(), content);
      await isTakenOver();
    },
  );

  it('is taken over where one who was about to do so is gone, too', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    putLock({ pid, host: hostname() });
    writeFileSync(`${lockPath()}.turn`, JSON.stringify({ pid, host: hostname() }));
    await isTakenOver();
  });

  it('is not taken over from another machine, whose processes cannot be seen', async () => {
    putLock({ pid: 1, host: 'some-other-machine' });
    await expect(lockFolder(folder)).rejects.toMatchObject({
      message: expect.stringContaining(`remove ${lockPath()}`),
    });
  });

  it('is not released by one who has lost it', async () => {
    const lock = await lockFolder(folder);
    writeFileSync(lockPath(), 'somebody else’s');
    lock.release();
    expect(readFileSync(lockPath(), 'utf8')).toBe('somebody else’s');
  });

  it('cannot be had in a folder that is not there', async () => {
    await expect(lockFolder(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'store/unavailable' });
    mkdirSync(lockPath());
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'store/unavailable' });
  });

  it('can be had in a folder whose path is longer than that of a socket may be', async () => {
    folder = join(folder, 'a'.repeat(120));
    mkdirSync(folder);
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'store/unavailable' });
    lock.release();
  });
});

/** Numbers of processes mean something else in another container. */
describe.runIf(process.platform === 'linux')('the lock of a process in another container', () => {
  const socket = 'pinhub.lock.00c0ffee';
  let content: object;
  beforeEach(async () => {
    content = { ...(await describeSelf()), pid: 999_999_999, namespace: 'pid:[1]' };
  });

  it('is not taken over while its owner answers', async () => {
    servers.push(createServer((client) => client.destroy()).listen({ path: join(folder, socket) }));
    putLock({ ...content, socket });
    await expect(lockFolder(folder)).rejects.toMatchObject({ message: expect.stringContaining('stop it') });
  });

  it('is taken over when nobody answers any more, and nothing is left of it', async () => {
    writeFileSync(join(folder, socket), '');
    putLock({ ...content, socket });
    await isTakenOver();
  });

  it('is not taken over where it has nothing to answer with', async () => {
    putLock(content);
    await expect(lockFolder(folder)).rejects.toMatchObject({
      message: expect.stringContaining(`remove ${lockPath()}`),
    });
  });
});

/** Reads the lock without a pause, in a thread of its own, until it is over: all that it has seen. */
function watch(isOver: Int32Array): Promise<string[]> {
  const worker = new Worker(
    `const { readFileSync } = require('node:fs');
     const { parentPort, workerData: { path, isOver } } = require('node:worker_threads');
     const seen = new Set();
     while (Atomics.load(isOver, 0) === 0) {
       try { seen.add(readFileSync(path, 'utf8')); } catch {}
     }
     parentPort.postMessage([...seen]);`,
    { eval: true, workerData: { path: lockPath(), isOver } },
  );
  return new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
}
