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
   * Opens a login for somebody who has just been let in, in a browser that may show the secret of an earlier one: somebody else's ends with
   * it. Rejects with `auth/denied` where there is no account to it.
   */
  async open({ grounds }: Principal, former?: string): Promise<Ticket> {
    const { vault, directory, now } = this.#options;
    const account = directory.account(grounds[0] ?? '');
    if (!account) throw new HubError('auth/denied', 'there is no account to log in to', { reasonCode: 0x87 });
    if (former !== undefined) await this.#succeed(hashSecret(former), account);
    await this.#makeRoom(account);
    const secret = createSecret();
    const login: Login = {
      account: account.ground,
      generation: account.generation,
      createdAt: new Date(now()).toISOString(),
      expiresAt: new Date(now() + LOGIN_SECONDS * 1000).toISOString(),
    };
    await vault.put('logins', hashSecret(secret), login);
    await directory.refresh();
    return { secret, maxAgeSeconds: LOGIN_SECONDS };
  }

  /** Ends a login, and the connections that stand on it. */
  async end(secret: string): Promise<void> {
    await this.#options.vault.delete('logins', hashSecret(secret));
    await this.#options.directory.refresh();
  }

  /** Where a browser goes from one person to the next, nothing of the first stays open in it. */
  async #succeed(former: string, { ground }: Account): Promise<void> {
    const { vault, directory } = this.#options;
    const login = directory.login(former);
    if (login && login.account !== ground) await vault.delete('logins', former);
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
