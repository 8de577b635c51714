import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { claimPath, withLockFile } from '../../../../hub/access/vault/lock-file.ts';

const IMPATIENT = { strangerMs: 50, giveUpMs: 300 };

let folder: string;
let path: string;
let deadPid: number;
beforeAll(async () => {
  deadPid = Number((await promisify(execFile)(process.execPath, ['-p', 'process.pid'])).stdout);
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

const lock = (options = IMPATIENT) => withLockFile(path, async () => 'done', options);

/** Leaves a lock as this process would write it, but for what is given. */
async function leaveBehind(changes: Record<string, unknown>): Promise<void> {
  const own = await withLockFile(path, () => readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...JSON.parse(own), ...changes }));
}

describe('a lock', () => {
  it('is held by one at a time, whatever the work comes to, and leaves nothing behind', async () => {
    let holders = 0;
    const work = async () => {
      expect(++holders).toBe(1);
      await new Promise(setImmediate);
      holders--;
    };
    await Promise.all(Array.from({ length: 10 }, () => withLockFile(path, work)));
    const failing = withLockFile(path, () => Promise.reject(new Error('at work')));
    await expect(failing).rejects.toThrow('at work');
    expect(await readdir(folder)).toEqual([]);
  });

  it('of one that lives is not taken, however old it seems when the clock has leapt', async () => {
    const outcome = await withLockFile(path, async () => {
      await utimes(path, new Date(0), new Date(0));
      return lock().catch((error: unknown) => error);
    });
    expect(outcome).toMatchObject({ code: 'store/unavailable' });
    expect(await lock()).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['a dead process', () => ({ pid: deadPid, incarnation: undefined })],
    ['one whose number another process has now', () => ({ incarnation: 'of another boot' })],
  ])('that was left by %s is taken over at once', async (_who, changes) => {
    await leaveBehind(changes());
    expect(await lock({ strangerMs: 60_000, giveUpMs: 60_000 })).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['of another machine', () => leaveBehind({ host: 'elsewhere' })],
    ['of another container', () => leaveBehind({ namespace: 'pid:[1]' })],
    ['that says nothing', () => writeFile(path, '')],
  ])('%s is taken over when nothing has happened to it for a while', async (_what, leave) => {
    await leave();
    expect(await lock()).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });

  it('is lost by one who was thought dead, and who hears of it before changing anything', async () => {
    const outcome = withLockFile(path, async (check) => {
      await check();
      await writeFile(path, 'of somebody else');
      await check();
    });
    await expect(outcome).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(await readFile(path, 'utf8')).toBe('of somebody else');
  });

  it('that a dead process left is taken over by one, however many wait for it', async () => {
    for (let round = 0; round < 60; round++) {
      await leaveBehind({ pid: deadPid, incarnation: undefined, nonce: `${round}` });
      let holders = 0;
      let most = 0;
      const work = async () => {
        most = Math.max(most, ++holders);
        await readdir(folder);
        holders--;
      };
      await Promise.all(Array.from({ length: 8 }, () => withLockFile(path, work)));
      expect(most, `round ${round}`).toBe(1);
    }
  });

  it('that a dead process left while it took over from another is taken over too', async () => {
    await leaveBehind({ pid: deadPid, incarnation: undefined });
    const left = await readFile(path, 'utf8');
    await writeFile(path, left);
    await writeFile(claimPath(path, left), left);
    expect(await lock()).toBe('done');
    expect(await readdir(folder)).toEqual([]);
  });
});
