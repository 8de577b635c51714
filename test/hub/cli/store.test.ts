import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openAccess } from '../../../hub/cli/open-access.ts';
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
  openKept({ data, durability: 'process', ...options } as StartOptions, { log, closers });

async function start(options: Partial<StartOptions>): Promise<void> {
  const { lock } = await open(options);
  await openAccess({ data, ...options } as StartOptions, { lock }, { log, closers });
}

const locks = () => readdirSync(data).filter((name) => name.startsWith('pinhub.lock'));

it('a hub that keeps nothing says which other options apply', async () => {
  const say = async (options: Partial<StartOptions>) => (await open({ ephemeral: true, ...options })).text;
  expect(await say({})).toBe(`not kept (--ephemeral); users and tokens are, in ${data}`);
  expect(await say({ durability: 'power' })).toBe(
    `not kept (--ephemeral), so --durability power has no effect; users and tokens are, in ${data}`,
  );
});

it('a hub that keeps nothing holds the data folder while it runs, and leaves nothing of it', async () => {
  await start({ ephemeral: true });
  expect(locks()).not.toEqual([]);
  await closers.close();
  expect(existsSync(data)).toBe(false);
});

it('a hub that keeps nothing runs beside the hub that holds the folder, and in a folder that nobody can write', async () => {
  const kept = await open({});
  expect(kept.lock).toBeDefined();
  const held = locks();
  await start({ ephemeral: true });
  await start({ ephemeral: true, data: '/proc/pinhub' });
  expect(locks()).toEqual(held);
  await closers.close();
  expect(locks()).toEqual([]);
});
