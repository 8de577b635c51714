import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Credentials, Principal } from '../../../hub/access/access.ts';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { openFileVault } from '../../../hub/access/vault/file-vault.ts';
import type { Vault } from '../../../hub/access/vault/vault.ts';
import { createScramClient } from './scram-client.ts';

const PASSWORD = 'correct horse';
const HOME = { address: '10.0.0.1' };
const HOUR_MS = 3_600_000;

let folder: string;
let vault: Vault;
let tool: Vault;
let accounts: Accounts;
let access: GuardedAccess;

/** The hub's own look at the file comes too late for all of these. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-at-once-'));
  const path = join(folder, 'access.json');
  vault = await openFileVault(path, { pollMs: HOUR_MS });
  tool = await openFileVault(path, { pollMs: HOUR_MS });
  accounts = new Accounts(tool);
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log: pino({ level: 'silent' }) });
});
afterEach(async () => {
  access.close();
  await Promise.all([vault.close(), tool.close()]);
  await rm(folder, { recursive: true });
});

const comeIn = (credentials: Credentials): Promise<Principal> => access.authenticate(credentials, HOME);
const withToken = (token: string) => comeIn({ token });
const withPassword = (password: string) => comeIn({ user: 'ana', password });

describe('what another process has just changed holds at once', () => {
  it('for a token, also one after another, and beside strangers who knock', async () => {
    for (const name of ['one', 'two', 'three']) {
      const strangers = Array.from({ length: 20 }, () => withToken('ph_guess').catch((error) => error.code));
      const token = await accounts.makeToken({ name, role: 'viewer' });
      expect(await withToken(token)).toMatchObject({ name });
      expect(new Set(await Promise.all(strangers))).toEqual(new Set(['auth/wrong']));
    }
  });

  it('for a user, and for another password', async () => {
    await accounts.addUser('ana', PASSWORD, 'viewer');
    expect(await withPassword(PASSWORD)).toMatchObject({ name: 'ana' });
    await accounts.setPassword('ana', 'battery staple');
    expect(await withPassword('battery staple')).toMatchObject({ name: 'ana' });
  });

  it('for the user of a certificate, and for one who shows a password without sending it', async () => {
    await accounts.addUser('ana', PASSWORD, 'viewer');
    const client = createScramClient('n,,', 'n=ana,r=abc', PASSWORD);
    const exchange = access.beginExchange('SCRAM-SHA-256', HOME);
    const first = await exchange?.step(Buffer.from(client.first));
    const last = await exchange?.step(Buffer.from(client.final(Buffer.from(first?.data ?? []).toString())));
    expect(last?.principal).toMatchObject({ name: 'ana' });
    await accounts.addUser('bia', PASSWORD, 'viewer');
    expect(await comeIn({ certificate: { commonName: 'bia' } })).toMatchObject({ name: 'bia' });
  });
});

describe('strangers', () => {
  it('do not have the file looked at all the time: who asks together shares a look, and looks lie apart', async () => {
    const asked = Array.from({ length: 100 }, () => vault.hasChanged());
    expect(new Set(asked).size).toBe(1);
    const started = performance.now();
    for (let count = 0; count < 3; count++) await vault.hasChanged();
    expect(performance.now() - started).toBeGreaterThan(190);
  });

  it('see a change once, however often they ask', async () => {
    expect(await vault.hasChanged()).toBe(false);
    await accounts.makeToken({ name: 'one', role: 'viewer' });
    expect(await vault.hasChanged()).toBe(true);
    expect(await vault.hasChanged()).toBe(false);
  });
});
