import { expect, it } from 'vitest';
import { readContent } from '../../../../hub/access/accounts/directory-content.ts';
import { createMemoryVault } from '../memory-vault.ts';

it('users, tokens and logins are of one moment, whatever changes while they are read', async () => {
  const vault = createMemoryVault();
  const createdAt = '2025-01-01T00:00:00.000Z';
  await vault.put('tokens', 'kiosk', { hash: 'h', role: 'viewer', generation: 'g', createdAt });
  const login = { account: 'token:kiosk', generation: 'g', createdAt, expiresAt: createdAt };
  await vault.put('logins', 'hash', login);
  const reading = readContent({
    ...vault,
    list: async (shelf) => {
      if (shelf === 'logins') await vault.delete('logins', 'hash'); // Somebody logs out between two looks.
      return vault.list(shelf);
    },
  });
  const { tokens, logins } = await reading;
  expect([[...tokens.keys()], [...logins.keys()]]).toEqual([['kiosk'], ['hash']]);
});
