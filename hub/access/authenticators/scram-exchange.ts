import { HubError } from '../../core/error.ts';
import type { Exchange, Principal, Remote } from '../access.ts';
import { normalizeName } from '../accounts/account-name.ts';
import { generationOf, type User } from '../accounts/accounts.ts';
import type { GuessLimiter } from '../guesses/guess-limiter.ts';
import { decoyScramKeys, ScramServer } from './scram.ts';

interface ScramExchangeOptions {
  readonly remote: Remote;
  readonly limiter: GuessLimiter;
  /** Makes up what is said of users that there are not. */
  readonly decoySecret: () => Promise<Uint8Array>;
  readonly userOf: (name: string) => Promise<User | undefined>;
  /** One who has shown that they know the secret of that generation; `undefined` where it is the user's no more. */
  readonly principalOf: (name: string, generation: string) => Principal | undefined;
  readonly onRefused: (error: unknown) => void;
}

/** An exchange by SCRAM-SHA-256, its guesses counted as those of passwords are. */
export function createScramExchange(options: ScramExchangeOptions): Exchange {
  const { limiter, remote, decoySecret, userOf, principalOf, onRefused } = options;
  let generation = '';
  const server = new ScramServer({
    keysOf: async (typed) => {
      const name = normalizeName(typed);
      const user = await userOf(name);
      if (user) generation = generationOf(user);
      const secret = await decoySecret(); // For all names, as above.
      return user?.scram ?? decoyScramKeys(name, secret);
    },
  });
  const step = async (bytes: Uint8Array) => {
    // Others may have failed since the message before.
    if (server.user !== undefined) limiter.check(normalizeName(server.user), remote);
    const { message, user } = await server.step(decode(bytes));
    if (user !== undefined) limiter.succeeded(normalizeName(user), remote);
    const principal = user === undefined ? undefined : principalOf(normalizeName(user), generation);
    if (user !== undefined && !principal) throw denied();
    return { data: new TextEncoder().encode(message), principal };
  };
  return {
    async step(bytes) {
      try {
        return await step(bytes);
      } catch (error) {
        const isWrong = error instanceof HubError && error.code === 'auth/wrong';
        if (isWrong) limiter.failed(normalizeName(server.user ?? ''), remote);
        onRefused(error);
        throw error;
      }
    },
  };
}

function denied(): HubError {
  return new HubError('auth/denied', 'the user was removed, or has another password');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HubError('protocol/violation', 'a SCRAM message is UTF-8 text', { cause });
  }
}
