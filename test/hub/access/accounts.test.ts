import { beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../../hub/access/accounts.ts';
import { createMemoryVault } from '../../../hub/access/memory-vault.ts';

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
