import { HubError } from '../core/error.ts';
import type { Principal } from './access.ts';
import { createSecret, hashSecret } from './accounts.ts';
import type { Account, Directory } from './directory.ts';
import type { Login } from './login.ts';
import type { Vault } from './vault.ts';

/** What a browser keeps to stay logged in: its cookie's value, and for how long. */
export interface Ticket {
  readonly secret: string;
  readonly maxAgeSeconds: number;
}

/** How long a browser stays logged in: a course's month. */
const LOGIN_SECONDS = 30 * 24 * 3600;

/** Browsers of one account; the oldest goes when one more comes. */
const LOGINS_OF_ACCOUNT = 200;

export interface LoginsOptions {
  readonly vault: Vault;
  readonly directory: Directory;
  /** The present time, milliseconds. */
  readonly now: () => number;
}

/** Browsers that stay logged in. Their cookie holds neither token nor password, and ends with either. */
export class Logins {
  readonly #options: LoginsOptions;

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  /**
   * Opens a login for somebody who has just been let in. Rejects with `auth/denied` where there is no account to it, or its secret is another
   * by now: the login ends with the secret that was shown, not with the one that holds when it is kept.
   */
  async open({ grounds: [ground = ''], generation }: Principal): Promise<Ticket> {
    const { vault, directory, now } = this.#options;
    const account = directory.account(ground);
    if (account?.generation !== generation) throw over();
    await this.#makeRoom(account);
    const secret = createSecret();
    const hash = hashSecret(secret);
    const login: Login = {
      account: ground,
      generation,
      createdAt: new Date(now()).toISOString(),
      expiresAt: new Date(now() + LOGIN_SECONDS * 1000).toISOString(),
    };
    await vault.put('logins', hash, login);
    await directory.refresh();
    if (directory.login(hash)) return { secret, maxAgeSeconds: LOGIN_SECONDS };
    await vault.delete('logins', hash);
    throw over();
  }

  /** Ends a login, and the connections that stand on it. */
  async end(secret: string): Promise<void> {
    await this.#options.vault.delete('logins', hashSecret(secret));
    await this.#options.directory.refresh();
  }

  /** Forgets logins that are over, and the account's oldest where it has as many as it may. */
  async #makeRoom({ ground }: Account): Promise<void> {
    const { vault, directory } = this.#options;
    const isPast = (hash: string) => directory.login(hash) === undefined;
    const own = directory.logins
      .filter(([hash, { account }]) => account === ground && !isPast(hash))
      .sort(([, one], [, other]) => one.createdAt.localeCompare(other.createdAt));
    const surplus = own.slice(0, Math.max(0, own.length + 1 - LOGINS_OF_ACCOUNT));
    const past = directory.logins.filter(([hash]) => isPast(hash));
    for (const [hash] of [...past, ...surplus]) await vault.delete('logins', hash);
  }
}

function over(): HubError {
  return new HubError('auth/denied', 'there is no account to log in to, or its secret has changed', {
    reasonCode: 0x87,
  });
}
