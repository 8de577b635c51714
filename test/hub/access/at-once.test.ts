import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
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
import { answerVault } from '../../../hub/access/vault/vault-requests.ts';
import { openVault } from '../../../hub/cli/vault.ts';
import { type FolderLock, lockFolder } from '../../../hub/storage/folder/folder-lock.ts';
import { createScramClient } from './scram-client.ts';

const PASSWORD = 'correct horse';
const HOME = { address: '10.0.0.1' };

let folder: string;
let lock: FolderLock;
let vault: Vault;
let accounts: Accounts;
let access: GuardedAccess;
let tool: Vault;

/** A hub that holds its data folder, and the command line, which has another vault and reaches the hub by its socket. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-at-once-'));
  lock = await lockFolder(folder);
  vault = await openFileVault(join(folder, 'access.json'));
  access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log: pino({ level: 'silent' }) });
  lock.serve((request) => answerVault(vault, request, () => access.refresh()));
  tool = await openVault({ data: folder });
  accounts = new Accounts(tool);
});
afterEach(async () => {
  access.close();
  await Promise.all([vault.close(), tool.close()]);
  lock.release();
  await rm(folder, { recursive: true });
});

const comeIn = (credentials: Credentials): Promise<Principal> => access.authenticate(credentials, HOME);
const withToken = (token: string) => comeIn({ token });
const withPassword = (password: string) => comeIn({ user: 'ana', password });

describe('what another process has just changed holds at once', () => {
  it('for a token, also one after another, and beside unauthenticated clients that connect', async () => {
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

  it('for the user of a certificate, and for a user who proves a password without sending it', async () => {
    await accounts.addUser('ana', PASSWORD, 'viewer');
    const client = createScramClient('n,,', 'n=ana,r=abc', PASSWORD);
    const exchange = access.beginExchange('SCRAM-SHA-256', HOME);
    const first = await exchange?.step(Buffer.from(client.first));
    const last = await exchange?.step(Buffer.from(client.final(Buffer.from(first?.data ?? []).toString())));
    expect(last?.principal).toMatchObject({ name: 'ana' });
    await accounts.addUser('bia', PASSWORD, 'viewer');
    expect(await comeIn({ certificate: { commonName: 'bia' } })).toMatchObject({ name: 'bia' });
  });

  it('for a revoked token, and for a removed user', async () => {
    const token = await accounts.makeToken({ name: 'one', role: 'viewer' });
    await withToken(token);
    await accounts.revokeToken('one');
    await expect(withToken(token)).rejects.toMatchObject({ code: 'auth/wrong' });
    await accounts.addUser('ana', PASSWORD, 'viewer');
    await accounts.removeUser('ana');
    await expect(withPassword(PASSWORD)).rejects.toMatchObject({ code: 'auth/wrong' });
  });

  it('but not what fails: the command line gets the reason from the hub', async () => {
    await accounts.makeToken({ name: 'one', role: 'viewer' });
    await expect(accounts.makeToken({ name: 'one', role: 'viewer' })).rejects.toMatchObject({
      code: 'option/invalid',
    });
    await writeFile(join(folder, 'access.json.new'), '');
    await rm(join(folder, 'access.json'));
    await mkdir(join(folder, 'access.json'));
    await expect(accounts.makeToken({ name: 'two', role: 'viewer' })).rejects.toMatchObject({
      code: 'store/unavailable',
    });
  });
});
