import { pino } from 'pino';
import { VirtualTimeScheduler } from 'rxjs';
import * as vitest from 'vitest';
import { describe } from 'vitest';
import type { Authenticator, Credentials } from '../../../../hub/access/access.ts';
import { Accounts } from '../../../../hub/access/accounts/accounts.ts';
import { Directory } from '../../../../hub/access/accounts/directory.ts';
import { hashSecret } from '../../../../hub/access/accounts/secrets.ts';
import { createCertificateAuthenticator } from '../../../../hub/access/authenticators/certificate.ts';
import { createAuthenticator } from '../../../../hub/access/authenticators/custom.ts';
import { createLoginAuthenticator } from '../../../../hub/access/authenticators/login.ts';
import { PasswordAuthenticator } from '../../../../hub/access/authenticators/password.ts';
import { createScramAuthenticator } from '../../../../hub/access/authenticators/scram.ts';
import { createTokenAuthenticator } from '../../../../hub/access/authenticators/token.ts';
import { GuessLimiter } from '../../../../hub/access/guesses/guess-limiter.ts';
import type { Vault } from '../../../../hub/access/vault/vault.ts';
import { HubError } from '../../../../hub/core/error.ts';
import {
  type AuthenticatorBench,
  type AuthenticatorTraits,
  REMOTE,
  testAuthenticator,
} from '../../../contracts/authenticator.ts';
import { createMemoryClients } from '../guesses/memory-clients.ts';
import { createMemoryVault } from '../memory-vault.ts';
import { createQuickUser } from '../quick-user.ts';
import { createScramClient } from '../scram-client.ts';

const PASSWORD = 'correct horse';
const LOGIN = 'login secret';
const log = pino({ level: 'silent' });
const now = () => 0;

interface Fixture {
  readonly vault: Vault;
  readonly directory: Directory;
  readonly guesses: GuessLimiter;
  /** Ana's token, if she is one. */
  readonly token: string;
}

/** Ana is a user who is logged in or, if `isToken`, a token. */
async function openFixture(isToken: boolean): Promise<Fixture> {
  const vault = createMemoryVault();
  let token = '';
  if (isToken) token = await new Accounts(vault).makeToken({ name: 'ana', role: 'viewer' });
  else await addUser(vault);
  const directory = new Directory({
    vault,
    scheduler: new VirtualTimeScheduler(),
    isOpenWithoutUsers: false,
  });
  await directory.refresh();
  return { vault, directory, guesses: new GuessLimiter({ now, known: createMemoryClients() }), token };
}

async function addUser(vault: Vault): Promise<void> {
  const user = await createQuickUser('viewer', PASSWORD);
  await vault.put('users', 'ana', user);
  const [createdAt, expiresAt] = [user.createdAt, new Date(1_000).toISOString()];
  const login = { account: 'user:ana', generation: user.password.salt, createdAt, expiresAt };
  await vault.put('logins', hashSecret(LOGIN), login);
}

type Attempt = AuthenticatorBench['attempt'];

/** A bench on a vault, whose attempts are `credentials`, or made by a function. */
function openBench(
  create: (fixture: Fixture) => Authenticator,
  attempts:
    | Record<'right' | 'wrong' | 'unknown', (fixture: Fixture) => Credentials>
    | ((it: Authenticator) => Attempt),
  isToken = false,
): () => Promise<AuthenticatorBench> {
  return async () => {
    const fixture = await openFixture(isToken);
    const authenticator = create(fixture);
    return {
      authenticator,
      attempt:
        typeof attempts === 'function'
          ? attempts(authenticator)
          : async (as) => authenticator.identify?.(attempts[as](fixture), REMOTE),
      async removeAccount() {
        await fixture.vault.delete(isToken ? 'tokens' : 'users', 'ana');
        await fixture.directory.refresh();
      },
      close: () => fixture.directory.close(),
    };
  };
}

const token = (fixture: Fixture) => createTokenAuthenticator({ ...fixture, now, log });
const byTokenTraits: AuthenticatorTraits = { fields: ['token'] };

describe('the authenticator of tokens', () => {
  const attempts = {
    right: ({ token }: Fixture) => ({ token }),
    wrong: () => ({ token: 'ph_wrong' }),
    unknown: () => ({ token: '' }),
  };
  testAuthenticator(vitest, openBench(token, attempts, true), byTokenTraits);
});

describe('the authenticator of tokens, for the user "token"', () => {
  const attempts = {
    right: ({ token: password }: Fixture) => ({ user: 'token', password }),
    wrong: () => ({ user: 'token', password: 'ph_wrong' }),
    unknown: () => ({ user: 'token', password: '' }),
  };
  testAuthenticator(vitest, openBench(token, attempts, true), byTokenTraits);
});

describe('the authenticator of passwords', () => {
  const create = (fixture: Fixture) => new PasswordAuthenticator({ ...fixture, elapsedMs: now });
  const attempts = {
    right: () => ({ user: 'ana', password: PASSWORD }),
    wrong: () => ({ user: 'ana', password: 'wrong horse' }),
    unknown: () => ({ user: 'eve', password: PASSWORD }),
  };
  testAuthenticator(vitest, openBench(create, attempts), { fields: ['password'] });
});

describe('the authenticator of certificates', () => {
  const attempts = {
    right: () => ({ certificate: { commonName: 'ana' } }),
    wrong: () => ({ certificate: { commonName: 'eve' } }), // TLS has already refused a wrong key.
    unknown: () => ({ certificate: { commonName: 'eve' } }),
  };
  const create = ({ directory }: Fixture) => createCertificateAuthenticator(directory);
  testAuthenticator(vitest, openBench(create, attempts), { fields: ['certificate'] });
});

describe('the authenticator of login cookies', () => {
  const attempts = {
    right: () => ({ login: LOGIN }),
    wrong: () => ({ login: `${LOGIN}!` }),
    unknown: () => ({ login: '' }),
  };
  const create = ({ directory }: Fixture) => createLoginAuthenticator(directory);
  testAuthenticator(vitest, openBench(create, attempts), { fields: ['login'], refusal: 'auth/required' });
});

describe('the authenticator of SCRAM', () => {
  const create = (fixture: Fixture) =>
    createScramAuthenticator({
      ...fixture,
      decoySecret: async () => Buffer.from('decoy'),
    });
  const attempts =
    (authenticator: Authenticator): Attempt =>
    async (as) => {
      const user = as === 'unknown' ? 'eve' : 'ana';
      const client = createScramClient('n,,', `n=${user},r=abc`, as === 'wrong' ? 'wrong horse' : PASSWORD);
      const exchange = authenticator.beginExchange?.('SCRAM-SHA-256', REMOTE);
      const first = await exchange?.step(Buffer.from(client.first));
      const last = await exchange?.step(Buffer.from(client.final(Buffer.from(first?.data ?? []).toString())));
      return last?.principal;
    };
  testAuthenticator(vitest, openBench(create, attempts), { fields: [] });
});

describe("an authenticator from somebody else's function", () => {
  const open = async (): Promise<AuthenticatorBench> => {
    const accounts = new Map([['ana', PASSWORD]]);
    const authenticator = createAuthenticator('ldap', async ({ user, password }) => {
      if (user === undefined || password === undefined) return undefined;
      if (accounts.get(user) !== password) throw new HubError('auth/wrong', 'LDAP: wrong');
      return { name: user, role: 'viewer' };
    });
    const attempts = {
      right: { user: 'ana', password: PASSWORD },
      wrong: { user: 'ana', password: 'wrong horse' },
      unknown: { user: 'eve', password: PASSWORD },
    };
    return {
      authenticator,
      attempt: async (as) => authenticator.identify?.(attempts[as], REMOTE),
      removeAccount: async () => void accounts.delete('ana'),
      close: () => undefined,
    };
  };
  testAuthenticator(vitest, open, { fields: ['password'] });
});
