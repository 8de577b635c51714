import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { GuardedAccess } from '../../../hub/access/guarded-access.ts';
import { openAccess } from '../../../hub/cli/open-access.ts';
import type { StartOptions } from '../../../hub/cli/options.ts';
import { Closers } from '../../../hub/cli/run-until-stopped.ts';
import { openKept } from '../../../hub/cli/store.ts';
import { withAccounts } from '../../../hub/cli/vault.ts';

let data: string;
let logged: string;
const log = pino(
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

async function open(more: Partial<StartOptions>): Promise<{ access: GuardedAccess; closers: Closers }> {
  const closers = new Closers();
  all.push(closers);
  const options = { data, durability: 'process', ...more } as StartOptions;
  const { lock } = await openKept(options, log, closers);
  const { access } = await openAccess(options, lock, log, closers);
  return { access, closers };
}

const makeToken = (name: string) =>
  withAccounts({ data }, (accounts) => accounts.makeToken({ name, role: 'viewer' }));

/** Whom a token lets in to a hub that is open to the network. */
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
