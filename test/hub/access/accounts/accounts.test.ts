import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../../../hub/access/accounts/accounts.ts';
import { hashSecret } from '../../../../hub/access/accounts/secrets.ts';
import type { Vault } from '../../../../hub/access/vault/vault.ts';
import { openVault } from '../../../../hub/cli/vault.ts';
import { createMemoryVault } from '../memory-vault.ts';

let accounts: Accounts;
beforeEach(() => {
  accounts = new Accounts(createMemoryVault(), () => new Date(0));
});

describe('accounts', () => {
  it('lists users with their roles, and neither password', async () => {
    await accounts.addUser('ana', 'correct horse', 'viewer');
    await accounts.setRole('ana', 'admin');
    const [[name, user] = []] = await accounts.users();
    expect([name, user?.role, user?.createdAt]).toEqual(['ana', 'admin', '1970-01-01T00:00:00.000Z']);
    expect(JSON.stringify(user)).not.toContain('correct horse');
  });

  it('gives a name to one user or token only', async () => {
    await accounts.makeToken({ name: 'kiosk', role: 'viewer' });
    await expect(accounts.makeToken({ name: 'kiosk', role: 'viewer' })).rejects.toThrow(
      /token "kiosk" already/,
    );
    await expect(accounts.addUser('kiosk', 'correct horse', 'viewer')).rejects.toThrow(
      /token "kiosk" already/,
    );
    await accounts.revokeToken('kiosk');
    await accounts.addUser('kiosk', 'correct horse', 'viewer');
    await expect(accounts.makeToken({ name: 'kiosk', role: 'viewer' })).rejects.toThrow(
      /user "kiosk" already/,
    );
  });

  it('makes each token another, and keeps when it ends', async () => {
    const expiresAt = new Date(7);
    const one = await accounts.makeToken({ name: 'one', role: 'viewer', expiresAt });
    const other = await accounts.makeToken({ name: 'other', role: 'viewer' });
    expect(one).not.toBe(other);
    const tokens = await accounts.tokens();
    expect([...tokens.keys()]).toEqual(['one', 'other']);
    expect(tokens.get('one')?.expiresAt).toBe('1970-01-01T00:00:00.007Z');
  });

  it('says what is wrong', async () => {
    const invalid = { code: 'option/invalid' };
    await expect(accounts.addUser('a/b', 'correct horse', 'viewer')).rejects.toMatchObject(invalid);
    await expect(accounts.addUser('ana', 'short', 'viewer')).rejects.toMatchObject(invalid);
    await expect(accounts.removeUser('ana')).rejects.toThrow(/no user "ana"/);
    await expect(accounts.setRole('ana', 'viewer')).rejects.toThrow(/no user "ana"/);
    await expect(accounts.setPassword('ana', 'correct horse')).rejects.toThrow(/no user "ana"/);
    await expect(accounts.revokeToken('ana')).rejects.toThrow(/no token "ana"/);
    expect((await accounts.users()).size).toBe(0);
  });
});

describe('a name that several processes want at once', () => {
  let folder: string;
  let vaults: readonly Vault[];
  let one: Accounts;
  let other: Accounts;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pinhub-accounts-'));
    const open = () => openVault({ data: folder });
    const [first, second] = [await open(), await open()];
    vaults = [first, second];
    [one, other] = [new Accounts(first), new Accounts(second)];
  });
  afterEach(async () => {
    await Promise.all(vaults.map((vault) => vault.close()));
    await rm(folder, { recursive: true });
  });

  const addUser = (accounts: Accounts, role: string) => accounts.addUser('ana', 'correct horse', role);
  const makeToken = (accounts: Accounts, role: string) => accounts.makeToken({ name: 'ana', role });
  const renewToken = (accounts: Accounts, role: string) => accounts.renewToken({ name: 'ana', role });

  it.each([
    ['two users', addUser, addUser],
    ['two tokens', makeToken, makeToken],
    ['a user and a token', addUser, makeToken],
    ['a user and a token that may be renewed', addUser, renewToken],
  ])('goes to one of them, and only that one is told of success: %s', async (_what, begin, compete) => {
    const outcomes = await Promise.allSettled([begin(one, 'viewer'), compete(other, 'admin')]);
    const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
    expect(failures.map(String)).toEqual([expect.stringMatching(/there is a (user|token) "ana" already/)]);
    const kept = [...(await one.users()).values(), ...(await one.tokens()).values()];
    expect(kept.map(({ role }) => role)).toEqual([outcomes[0].status === 'fulfilled' ? 'viewer' : 'admin']);
  });

  it('is renewed for both if it belongs to a token, and stays the same for its users', async () => {
    await makeToken(one, 'viewer');
    const before = (await one.tokens()).get('ana');
    const renewed = await Promise.all([renewToken(one, 'viewer'), renewToken(other, 'viewer')]);
    const after = (await other.tokens()).get('ana');
    expect(renewed.map(hashSecret)).toContain(after?.hash);
    expect(after?.generation).toBe(before?.generation);
  });
});
