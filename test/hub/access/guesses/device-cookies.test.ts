import fc from 'fast-check';
import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { User } from '../../../../hub/access/accounts/records.ts';
import { DeviceCookies } from '../../../../hub/access/guesses/known-clients.ts';
import type { Vault } from '../../../../hub/access/vault/vault.ts';
import { createMemoryVault } from '../memory-vault.ts';

let vault: Vault;
let users: Map<string, Pick<User, 'createdAt'>>;
beforeEach(() => {
  vault = createMemoryVault();
  users = new Map(['ana', 'bia'].map((name) => [name, { createdAt: '2026-01-01T00:00:00.000Z' }]));
});

async function open(): Promise<DeviceCookies> {
  const directory = { user: (name: string) => users.get(name) as User | undefined };
  const cookies = new DeviceCookies({ vault, directory, log: pino({ level: 'silent' }) });
  await cookies.open();
  return cookies;
}

describe('a device cookie', () => {
  it('is valid only for its user, also after a restart', async () => {
    const cookie = await (await open()).issue('ana', undefined);
    const cookies = await open();
    expect([cookies.isValid('ana', cookie), cookies.isValid('bia', cookie)]).toEqual([true, false]);
  });

  it('stays the same for its user, and is another for the next', async () => {
    const cookies = await open();
    const cookie = await cookies.issue('ana', undefined);
    expect(await cookies.issue('ana', cookie)).toBe(cookie);
    expect(await cookies.issue('bia', cookie)).not.toBe(cookie);
    expect(await cookies.issue('ana', 'made up')).not.toBe('made up');
  });

  it('is void for a later user of the same name', async () => {
    const cookies = await open();
    const cookie = await cookies.issue('ana', undefined);
    users.set('ana', { createdAt: '2026-02-02T00:00:00.000Z' });
    expect(cookies.isValid('ana', cookie)).toBe(false);
  });

  it('costs the vault one secret, and nothing until one is issued', async () => {
    let writes = 0;
    vault.changed$.subscribe(() => writes++);
    const cookies = await open();
    expect(cookies.isValid('ana', 'x.y')).toBe(false);
    expect(cookies.isValid('ana', '')).toBe(false);
    expect(writes).toBe(0);
    for (let times = 0; times < 10; times++) await cookies.issue('ana', undefined);
    expect(writes).toBe(1);
  });

  it('has one spelling: any other would have guesses of its own', async () => {
    const cookies = await open();
    const cookie = await cookies.issue('ana', undefined);
    for (const end of ['=', '.', '.x', ' ', '\0', '.'.concat(cookie)]) {
      expect(cookies.isValid('ana', cookie + end)).toBe(false);
    }
    fc.assert(
      fc.property(fc.nat(cookie.length - 1), fc.string({ maxLength: 2 }), (at, text) => {
        const other = cookie.slice(0, at) + text + cookie.slice(at + 1);
        expect(cookies.isValid('ana', other)).toBe(other === cookie);
      }),
    );
  });
});
