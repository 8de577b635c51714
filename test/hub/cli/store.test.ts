import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { Closers } from '../../../hub/cli/run-until-stopped.ts';
import { openKept } from '../../../hub/cli/store.ts';

const log = pino({ level: 'silent' });

let root: string;
let data: string;
let closers: Closers;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pinhub-store-'));
  data = join(root, 'data');
  closers = new Closers();
});
afterEach(async () => {
  await closers.close();
  rmSync(root, { recursive: true });
});

const open = (options: Partial<StartOptions>) =>
  openKept({ data, durability: 'process', ...options } as StartOptions, log, closers);

it('a hub that keeps nothing says which other options apply', async () => {
  const say = async (options: Partial<StartOptions>) => (await open({ ephemeral: true, ...options })).text;
  expect(await say({})).toBe(`not kept (--ephemeral); users and tokens are, in ${data}`);
  expect(await say({ durability: 'power' })).toBe(
    `not kept (--ephemeral), so --durability power is of no effect; users and tokens are, in ${data}`,
  );
});

it('a hub that keeps nothing holds the data folder while it runs, and leaves nothing of it', async () => {
  const { lock } = await open({ ephemeral: true });
  expect(lock).toBeDefined();
  await closers.close();
  expect(existsSync(data)).toBe(false);
});

it('a hub that keeps nothing runs beside one that holds the folder, or where nobody can write', async () => {
  const kept = await open({});
  expect(kept.lock).toBeDefined();
  expect((await open({ ephemeral: true })).lock).toBeUndefined();
  expect((await open({ ephemeral: true, data: '/proc/pinhub' })).lock).toBeUndefined();
  await closers.close();
  expect(readdirSync(data).filter((name) => name.startsWith('pinhub'))).toEqual([]);
});
