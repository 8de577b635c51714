import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GuardedAccess } from '../../../hub/access/guarded-access.ts';
import { type OpenedAccess, openAccess } from '../../../hub/cli/open-access.ts';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { Closers } from '../../../hub/cli/run-until-stopped.ts';
import { openKept } from '../../../hub/cli/store.ts';
import { withAccounts } from '../../../hub/cli/vault.ts';
import { Pinhub, pinhub } from './run-pinhub.ts';

let data: string;
let logged: string;
const log = pino(
  { level: 'debug' },
  new Writable({
    write(chunk, _encoding, done) {
      logged += chunk;
      done();
    },
  }),
);
const all: Closers[] = [];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'pinhub-access-'));
  logged = '';
});
afterEach(async () => {
  for (const closers of all.splice(0)) await closers.close();
  rmSync(data, { recursive: true });
});

async function open(more: Partial<StartOptions>): Promise<OpenedAccess & { closers: Closers }> {
  const closers = new Closers();
  all.push(closers);
  const options = { data, durability: 'process', ...more } as StartOptions;
  const { lock } = await openKept(options, { log, closers });
  return { ...(await openAccess(options, { lock }, { log, closers })), closers };
}

const makeToken = (name: string) =>
  withAccounts({ data }, (accounts) => accounts.makeToken({ name, role: 'viewer' }));

/** The principal of a token at a hub that is open to the network. */
function nameBy({ access }: { access: GuardedAccess }, token: string): Promise<string | undefined> {
  return access.authenticate({ token }, { address: '10.0.0.1' }).then(
    ({ name }) => name,
    () => undefined,
  );
}

it('hubs that share users and tokens all know what the command line changes, also when one of them is gone', async () => {
  const first = await open({ host: '127.0.0.1' });
  const second = await open({ host: '127.0.0.1', ephemeral: true });
  const token = await makeToken('board');
  expect(await nameBy(first, token), 'at once').toBe('board');
  await vi.waitUntil(async () => (await nameBy(second, token)) === 'board', { timeout: 20_000 });
  await first.closers.close();
  const later = await makeToken('later');
  await vi.waitUntil(async () => (await nameBy(second, later)) === 'later', { timeout: 20_000 });
});

it('a hub that keeps nothing gives the folder to a hub that keeps messages, and back, and both know all accounts', async () => {
  const ephemeral = await open({ host: '127.0.0.1', ephemeral: true });
  const before = await makeToken('before');
  expect(await nameBy(ephemeral, before), 'at once').toBe('before');
  for (const name of ['first', 'second']) {
    const hub = await open({ host: '127.0.0.1' });
    const token = await makeToken(name);
    expect(await nameBy(hub, token), 'at once').toBe(name);
    expect(await nameBy(hub, before)).toBe('before');
    await vi.waitUntil(async () => (await nameBy(ephemeral, token)) === name, { timeout: 20_000 });
    await hub.closers.close();
  }
});

it('a hub that keeps nothing leaves the links of the hub beside it valid', async () => {
  const first = await open({ host: '127.0.0.1' });
  const second = await open({ host: '127.0.0.1', ephemeral: true });
  expect(await nameBy(second, second.linkTokens?.control ?? '')).toBe('ephemeral-link-to-control');
  await first.access.refresh();
  expect(await nameBy(first, first.linkTokens?.control ?? '')).toBe('link-to-control');
});

it('a hub that keeps nothing does not stop the start of another, as a process of its own', async () => {
  const words = ['start', '--data', data, '--no-devices', '--no-mqtt', '--port', '0'];
  const start = async (...more: string[]) => {
    const run = new Pinhub([...words, ...more]);
    const closers = new Closers();
    all.push(closers);
    closers.add(async () => void (await run.stop()));
    await run.says('Ctrl-C');
    return run;
  };
  const ephemeral = await start('--ephemeral');
  for (let restarts = 0; restarts < 2; restarts++) expect(await (await start()).stop()).toBe(0);
  const made = await pinhub(['token', 'make', 'board', '--role', 'viewer', '--data', data]);
  expect(made).toMatchObject({ code: 0 });
  expect(await ephemeral.stop()).toBe(0);
  expect(readdirSync(data).filter((name) => name.startsWith('pinhub.lock'))).toEqual([]);
});

it('a hub whose accounts could not be read gives the folder free, and tries again', async () => {
  const first = await open({});
  const second = await open({ ephemeral: true });
  writeFileSync(join(data, 'access.json'), '{');
  await first.closers.close();
  await vi.waitUntil(() => logged.includes('cannot be shared'), { timeout: 20_000 });
  expect(readdirSync(data).filter((name) => name.startsWith('pinhub.lock'))).toEqual([]);
  rmSync(join(data, 'access.json'));
  await makeToken('board');
  expect((await second.access.authenticate({}, { address: '127.0.0.1' })).name).toBe('anyone');
});

it('a hub warns, once, of secrets that other users of the machine can read', async () => {
  chmodSync(data, 0o755);
  const key = join(data, 'key.pem');
  writeFileSync(key, 'secret', { mode: 0o644 });
  await open({ key });
  await makeToken('board');
  expect(logged.match(/other users of this machine can read [^(]*key\.pem[^(]*\(mode 644\)/g)).toHaveLength(
    1,
  );
  expect(logged).not.toMatch(/can read [^(]*access\.json/);
  chmodSync(join(data, 'access.json'), 0o644);
  await open({ ephemeral: true });
  expect(logged).toMatch(/can read [^(]*access\.json[^(]*\(mode 644\)/);
});
