import type { Logger } from 'pino';
import { HubError } from '../../core/error.ts';
import { networkOf, plainAddress } from '../../limits/network.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import { WorkQueue } from '../../limits/work-queue.ts';
import type { Principal, Remote } from '../access.ts';
import { browserPlace, type KnownPlaces } from '../guesses/known-places.ts';
import type { Vault } from '../vault/vault.ts';
import { createSecret, hashSecret } from './accounts.ts';
import type { Directory } from './directory.ts';
import { findSurplus, type KeptLogin, type Login } from './login.ts';

/** What a browser keeps to stay logged in: its cookie's value, and for how long. */
export interface Ticket {
  readonly secret: string;
  readonly maxAgeSeconds: number;
}

/** The browser that is to stay logged in. */
export interface Browser {
  readonly remote: Remote;
  /** The secret of the login that it has, or says to have. */
  readonly held?: string | undefined;
}

interface LoginsOptions {
  readonly known: KnownPlaces;
  readonly vault: Vault;
  readonly directory: Directory;
  /** The time of day, milliseconds. */
  readonly now: () => number;
  /** A clock that never jumps, milliseconds. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
}

/** How long a browser stays logged in: a course's month. */
const LOGIN_SECONDS = 30 * 24 * 3600;

/** Browsers of one account. */
const LOGINS_OF_ACCOUNT = 200;

/** New logins of one network: a class that comes in through one router, and then what wears out no memory card, each being a write to it. */
const PACE = { burst: 60, everyMs: 60_000 };

/** One after another, so that each finds the room that those before it have left; networks take turns. */
const OPENINGS = { concurrency: 1, waiting: 200 };

/** Browsers that stay logged in. Their cookie holds neither token nor password, and ends with either. */
export class Logins {
  readonly #options: LoginsOptions;
  readonly #pace: RateLimiter;
  readonly #openings = new WorkQueue(OPENINGS);

  constructor(options: LoginsOptions) {
    this.#options = options;
    this.#pace = new RateLimiter({ now: options.elapsedMs, ...PACE });
  }

  /**
   * Opens a login for somebody who has just been let in, unless their browser holds one that is good for long enough. Rejects with
   * `auth/denied` where there is no account to it, or its secret is another by now: the login ends with the secret that was shown, not with
   * the one that holds when it is kept. Rejects with `limit/exceeded` where too many come from one network. Where the browser goes from one
   * person to the next, what the first had in it ends.
   */
  async open(principal: Principal, { remote, held = '' }: Browser): Promise<Ticket> {
    const ticket = this.#findTicket(held, principal);
    if (ticket) return ticket;
    const network = networkOf(remote.address);
    const waitMs = this.#pace.take(network);
    if (waitMs > 0) throw tooMany(waitMs);
    const opened = await this.#openings.run({ key: network, isKnown: false }, () =>
      this.#open(principal, network),
    );
    const former = this.#options.directory.login(hashSecret(held));
    if (former && former.account !== principal.credentialIds[0]) await this.end(held);
    const { name, how } = principal;
    this.#options.log.info({ name, how, address: plainAddress(remote.address) }, 'logged in');
    return opened;
  }

  /**
   * What a browser is to be known by in which somebody has just shown a password: the mark that it has, if the account knows it. One that
   * it only says to have may be known to others too.
   */
  mark({ name }: Principal, held: string | undefined): string {
    const { known } = this.#options;
    if (held !== undefined && known.has(name, browserPlace(hashSecret(held)))) return held;
    const mark = createSecret();
    known.add(name, browserPlace(hashSecret(mark)));
    return mark;
  }

  /** Ends a login, and the connections that stand on it. */
  async end(secret: string): Promise<void> {
    const { vault, directory } = this.#options;
    const hash = hashSecret(secret);
    if (!directory.login(hash)) return; // A stranger can make up any number of them.
    await vault.delete('logins', hash);
    await directory.refresh();
  }

  /** The login that a browser has already, where it is the same account's and half of its time is left. */
  #findTicket(secret: string, { credentialIds: [credentialId], generation }: Principal): Ticket | undefined {
    const login = this.#options.directory.login(hashSecret(secret));
    if (login?.account !== credentialId || login?.generation !== generation) return undefined;
    const leftSeconds = Math.floor((Date.parse(login.expiresAt) - this.#options.now()) / 1000);
    return leftSeconds < LOGIN_SECONDS / 2 ? undefined : { secret, maxAgeSeconds: leftSeconds };
  }

  async #open(
    { credentialIds: [credentialId = ''], generation }: Principal,
    network: string,
  ): Promise<Ticket> {
    const { vault, directory, now } = this.#options;
    if (directory.account(credentialId)?.generation !== generation) throw over();
    await this.#makeRoom(credentialId);
    const secret = createSecret();
    const hash = hashSecret(secret);
    const login: Login = {
      account: credentialId,
      generation,
      createdAt: new Date(now()).toISOString(),
      expiresAt: new Date(now() + LOGIN_SECONDS * 1000).toISOString(),
      network,
    };
    await vault.put('logins', hash, login);
    await directory.refresh();
    if (directory.login(hash)) return { secret, maxAgeSeconds: LOGIN_SECONDS };
    await vault.delete('logins', hash);
    throw over();
  }

  /** Forgets logins that are over, and one of the account's where it has as many as it may. */
  async #makeRoom(credentialId: string): Promise<void> {
    const { vault, directory } = this.#options;
    const isPast = ([hash]: KeptLogin) => directory.login(hash) === undefined;
    const past = directory.logins.filter(isPast);
    const own = directory.logins.filter((kept) => kept[1].account === credentialId && !isPast(kept));
    const surplus = own.length < LOGINS_OF_ACCOUNT ? undefined : findSurplus(own);
    const hashes = (surplus ? [...past, surplus] : past).map(([hash]) => hash);
    if (hashes.length > 0) await vault.delete('logins', ...hashes);
  }
}

function over(): HubError {
  return new HubError('auth/denied', 'there is no account to log in to, or its secret has changed');
}

function tooMany(waitMs: number): HubError {
  const seconds = Math.ceil(waitMs / 1000);
  return new HubError('limit/exceeded', `too many logins from your network; try again in ${seconds} s`, {
    retryAfterSeconds: seconds,
  });
}
