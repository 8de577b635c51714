import { HubError } from '../../core/error.ts';
import { networkOf } from '../../limits/network.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import { WorkQueue } from '../../limits/work-queue.ts';
import type { Principal, Remote } from '../access.ts';
import { tooMany } from '../guesses/guess-limiter.ts';
import type { DeviceCookies } from '../guesses/known-clients.ts';
import type { AccessContext } from './directory.ts';
import type { Login } from './records.ts';
import { createSecret, hashSecret } from './secrets.ts';

/** The login that a browser keeps: the value of its cookie, and for how long. */
export interface Ticket {
  readonly secret: string;
  readonly maxAgeSeconds: number;
}

/** A browser that is to stay logged in. */
export interface Browser {
  readonly remote: Remote;
  /** The login secret that it sent, if any; it may be made up. */
  readonly held?: string | undefined;
}

interface LoginsOptions extends AccessContext {
  readonly deviceCookies: DeviceCookies;
}

type KeptLogin = readonly [hash: string, login: Login];

/** How long a browser stays logged in: a month, as long as a course. */
const LOGIN_SECONDS = 30 * 24 * 3600;

const LOGINS_PER_ACCOUNT = 200;

/** New logins from one network: a class behind one router at once, then few, as each one is a write to the memory card. */
const RATE = { burst: 60, everyMs: 60_000 };

/** One at a time, so that each one sees the room that the earlier ones left; networks take turns. */
const OPENINGS = { concurrency: 1, waiting: 200 };

/** Browsers that stay logged in. Their cookie holds neither a token nor a password, and ends when that credential does. */
export class Logins {
  readonly #options: LoginsOptions;
  readonly #rate: RateLimiter;
  readonly #openings = new WorkQueue(OPENINGS);

  constructor(options: LoginsOptions) {
    this.#options = options;
    this.#rate = new RateLimiter({ now: options.elapsedMs, ...RATE });
  }

  /**
   * Opens a login for a principal that was just authenticated, or returns the one that its browser has if more than half of its time is left. A
   * login of another account in the same browser ends. Rejects with `auth/denied` if the account is gone or its secret is not the one
   * that was presented, `limit/exceeded` if too many logins come from one network.
   */
  async open(principal: Principal, { remote, held = '' }: Browser): Promise<Ticket> {
    const ticket = this.#findTicket(held, principal);
    if (ticket) return ticket;
    const network = networkOf(remote.address);
    const waitMs = this.#rate.take(network);
    if (waitMs > 0) throw tooMany('logins from your network', waitMs);
    const owner = { key: network, isKnown: false };
    const opened = await this.#openings.run(owner, () => this.#open(principal, network));
    const former = this.#options.directory.login(hashSecret(held));
    if (former && former.account !== principal.credentialIds[0]) await this.end(held);
    const { name, how } = principal;
    this.#options.log.info({ name, how, address: remote.address }, 'logged in');
    return opened;
  }

  /** The device cookie of a browser in which a user has just logged in by password: the one that it has, if it belongs to this account. */
  deviceCookie({ name }: Principal, held: string | undefined): Promise<string> {
    return this.#options.deviceCookies.issue(name, held);
  }

  /** Ends a login, and the connections that it authenticated. */
  async end(secret: string): Promise<void> {
    const { vault, directory } = this.#options;
    const hash = hashSecret(secret);
    if (!directory.login(hash)) return; // Anyone can make up secrets; they must not cost a write.
    await vault.delete('logins', hash);
    await directory.refresh();
  }

  /** Ends the logins of a deleted account outside the vault. */
  async endAllOf(account: string): Promise<void> {
    const { directory, log } = this.#options;
    try {
      await this.#delete([...directory.logins].filter(([, login]) => login.account === account));
    } catch (error) {
      log.error({ err: error, account }, 'the logins of a removed account could not be ended');
    }
  }

  #findTicket(secret: string, principal: Principal): Ticket | undefined {
    const login = this.#options.directory.login(hashSecret(secret));
    const { credentialIds, generation, role } = principal;
    if (login?.account !== credentialIds[0] || login?.generation !== generation) return undefined;
    if ((login.owner?.role ?? role) !== role) return undefined;
    const leftSeconds = Math.floor((Date.parse(login.expiresAt) - this.#options.now()) / 1000);
    return leftSeconds < LOGIN_SECONDS / 2 ? undefined : { secret, maxAgeSeconds: leftSeconds };
  }

  async #open(principal: Principal, network: string): Promise<Ticket> {
    const { vault, directory, now } = this.#options;
    directory.check(principal);
    const { name, role, accountId, credentialIds, generation } = principal;
    const [account = ''] = credentialIds;
    const isElsewhere = directory.account(account) === undefined;
    await this.#makeRoom(account);
    const secret = createSecret();
    const hash = hashSecret(secret);
    const login: Login = {
      account,
      generation,
      createdAt: new Date(now()).toISOString(),
      expiresAt: new Date(now() + LOGIN_SECONDS * 1000).toISOString(),
      network,
      ...(isElsewhere && { owner: { name, role, accountId, credentialIds: [...credentialIds] } }),
    };
    await vault.put('logins', hash, login);
    await directory.refresh();
    if (directory.login(hash)) return { secret, maxAgeSeconds: LOGIN_SECONDS };
    await vault.delete('logins', hash);
    throw new HubError('auth/denied', 'the account was removed, or its secret has changed');
  }

  /** Deletes expired logins and, if the account has the maximum, one of its own. */
  async #makeRoom(account: string): Promise<void> {
    const { directory } = this.#options;
    const logins = [...directory.logins];
    const isPast = ([hash]: KeptLogin) => directory.login(hash) === undefined;
    const own = logins.filter((kept) => kept[1].account === account && !isPast(kept));
    const surplus = own.length < LOGINS_PER_ACCOUNT ? undefined : findSurplus(own);
    await this.#delete([...logins.filter(isPast), ...(surplus ? [surplus] : [])]);
  }

  async #delete(logins: readonly KeptLogin[]): Promise<void> {
    const hashes = logins.map(([hash]) => hash);
    if (hashes.length > 0) await this.#options.vault.delete('logins', ...hashes);
  }
}

/** The login to delete: the oldest of the network with the most, so that a network that logs in again and again evicts only its own. */
function findSurplus(logins: readonly KeptLogin[]): KeptLogin | undefined {
  const byNetwork = new Map<string, KeptLogin[]>();
  for (const kept of logins) {
    const [hash, { network = hash }] = kept; // An unknown network counts as a separate one.
    byNetwork.set(network, [...(byNetwork.get(network) ?? []), kept]);
  }
  const networks = [...byNetwork.values()];
  const most = Math.max(0, ...networks.map(({ length }) => length));
  const candidates = networks.filter(({ length }) => length === most).flat();
  return candidates.toSorted(([, one], [, other]) => one.createdAt.localeCompare(other.createdAt))[0];
}
