import { describe, expect, it } from 'vitest';
import { parseAccountName, readRecords } from '../../../../hub/access/accounts/records.ts';
import { createMemoryVault } from '../memory-vault.ts';

describe('an account name', () => {
  it.each(['ana', 'joão', 'ana.b@lab-2', '_x', '李', '7', '__proto__', 'a'.repeat(64)])(
    'may be %j',
    (name) => {
      expect(parseAccountName(name)).toBe(name);
    },
  );

  it('is the same however an accent was typed', () => {
    expect(parseAccountName('joão'.normalize('NFD'))).toBe('joão');
  });

  it.each([
    '',
    '+',
    '#',
    'a/b',
    '$SYS',
    'a b',
    'a\n',
    '-x',
    '.x',
    'a'.repeat(65),
    'token',
    'anyone',
    7,
    null,
    '＋',
  ])('may not be %j', (name) => {
    expect(() => parseAccountName(name)).toThrow(/name/);
  });
});

it('users, tokens and logins are of one moment, even if they change while they are read', async () => {
  const vault = createMemoryVault();
  const createdAt = '2025-01-01T00:00:00.000Z';
  await vault.put('tokens', 'kiosk', { hash: 'h', role: 'viewer', generation: 'g', createdAt });
  const login = { account: 'token:kiosk', generation: 'g', createdAt, expiresAt: createdAt };
  await vault.put('logins', 'hash', login);
  const reading = readRecords(vault);
  await vault.delete('logins', 'hash'); // The browser logs out while the records are read.
  const { tokens, logins } = await reading;
  expect([[...tokens.keys()], [...logins.keys()]]).toEqual([['kiosk'], ['hash']]);
});
