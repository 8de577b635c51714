import type { Logger } from 'pino';
import { concatMap, merge, type Observable, type SchedulerLike, Subscription } from 'rxjs';
import { HubError, quote } from '../core/error.ts';
import type { Rights } from '../core/rights.ts';
import type { EndedCredential } from '../session/link.ts';
import {
  type Access,
  ANYONE,
  type Authenticator,
  type Credentials,
  credentialRequired,
  EVERYONE,
  type Exchange,
  type KeptOwner,
  type Owner,
  type Principal,
  type Remote,
} from './access.ts';
import { Accounts } from './accounts/accounts.ts';
import { type AccessContext, Directory } from './accounts/directory.ts';
import { Logins } from './accounts/logins.ts';
import type { ManagedAccounts } from './accounts/managed.ts';
import { createKeptSecret } from './accounts/secrets.ts';
import { BUILT_IN_AUTHENTICATORS, type CreateAuthenticator } from './authenticators/built-in.ts';
import { containAuthenticator } from './authenticators/custom.ts';
import { GuessLimiter } from './guesses/guess-limiter.ts';
import { DeviceCookies, KnownNetworks } from './guesses/known-clients.ts';
import { AccountRights } from './rights/grants.ts';
import type { Roles } from './rights/role.ts';
import type { Vault } from './vault/vault.ts';

interface GuardedAccessOptions {
  readonly vault: Vault;
  /** Its `now` is the time of day, by which tokens and logins expire. */
  readonly scheduler: SchedulerLike;
  /** A monotonic clock, milliseconds, for delays and rates. Default: the scheduler's. */
  readonly elapsedMs?: () => number;
  readonly log: Logger;
  /** Default: the built-in roles. */
  readonly roles?: Roles | undefined;
  /** Further authenticators, asked before those of the hub's own accounts. */
  readonly authenticators?: readonly Authenticator[];
  /** The allowed ways to authenticate with the hub's own accounts. Default: all. */
  readonly ownAuthenticators?: readonly CreateAuthenticator[];
  /** Whether anyone may connect while there are no users: only for a hub that no other machine can reach. */
  readonly isOpenWithoutUsers?: boolean;
}

/** Rejects with `store/damaged` or `store/unavailable`. */
export async function openGuardedAccess(options: GuardedAccessOptions): Promise<GuardedAccess> {
  const access = new GuardedAccess(options);
  await access.open();
  return access;
}

/** Asks a list of authenticators who a client is, and follows every change of the vault without a restart. */
export class GuardedAccess implements Access {
  refused = 0;
  readonly logins: Logins;
  readonly managed: ManagedAccounts;
  readonly ended$: Observable<EndedCredential>;
  readonly #log: Logger;
  /** A change of its roles takes effect at once. */
  readonly directory: Directory;
  readonly #deviceCookies: DeviceCookies;
  readonly #authenticators: readonly Authenticator[];
  readonly #logRefusal: ReturnType<typeof createRefusalLog>;
  readonly #watching = new Subscription();

  constructor(options: GuardedAccessOptions) {
    const { vault, scheduler, log, roles, isOpenWithoutUsers = false } = options;
    const authenticators = (options.authenticators ?? []).map((one) => containAuthenticator(one, log));
    const { ownAuthenticators = BUILT_IN_AUTHENTICATORS } = options;
    const now = () => scheduler.now();
    const elapsedMs = options.elapsedMs ?? now;
    const foreignKinds = authenticators.map(({ kind }) => kind);
    const directory = new Directory({ vault, scheduler, isOpenWithoutUsers, foreignKinds });
    const context: AccessContext = { vault, directory, now, elapsedMs, log };
    const deviceCookies = new DeviceCookies(context);
    const networks = new KnownNetworks(context);
    const guesses = new GuessLimiter({ now: elapsedMs, known: { networks, devices: deviceCookies } });
    const decoySecret = createKeptSecret({ vault, key: 'scram-decoy', log });
    this.#log = log;
    this.directory = directory;
    this.#deviceCookies = deviceCookies;
    const parts = { ...context, guesses, decoySecret };
    this.#authenticators = [...authenticators, ...ownAuthenticators.map((create) => create(parts))];
    this.#logRefusal = createRefusalLog(log, elapsedMs);
    this.logins = new Logins({ ...context, deviceCookies });
    const accounts = new Accounts(vault);
    this.managed = {
      accounts,
      get roles() {
        return directory.roles;
      },
      principal: (credentialId, how) => directory.principal(credentialId, how),
      settle: () => directory.refresh(),
    };
    const endedElsewhere$ = merge(...authenticators.flatMap(({ ended$ }) => ended$ ?? []));
    this.ended$ = merge(directory.ended$, endedElsewhere$);
    if (roles) directory.roles = roles;
    this.#watching.add(
      endedElsewhere$.subscribe(({ credentialId, isGone }) => {
        if (!isGone) return;
        void this.logins.endAllOf(credentialId);
        accounts.revokeLinksOf(credentialId).catch((err: unknown) => {
          log.error({ err, account: credentialId }, 'the links of a removed account could not be revoked');
        });
      }),
    );
    this.#watching.add(vault.changed$.pipe(concatMap(() => this.#follow())).subscribe());
  }

  async authenticate(credentials: Credentials, remote: Remote): Promise<Principal> {
    const how = Object.keys(credentials).join(' and ');
    const principal = await this.#countRefusal(how, remote, this.#identify(credentials, remote));
    this.#log.debug({ name: principal.name, how: principal.how, address: remote.address }, 'authenticated');
    return principal;
  }

  beginExchange(method: string, remote: Remote): Exchange | undefined {
    for (const authenticator of this.#authenticators) {
      const exchange = authenticator.beginExchange?.(method, remote);
      if (!exchange) continue;
      const step = async (message: Uint8Array) => {
        const { data, principal } = await exchange.step(message);
        return { data, principal: principal && this.#ensureOwnName(principal) };
      };
      return { step: (message) => this.#countRefusal(authenticator.kind, remote, step(message)) };
    }
    return undefined;
  }

  rightsOf(owner: Owner, clientIdentifier: string): Rights {
    const { generation } = owner;
    if (generation !== undefined) this.directory.check({ ...owner, generation });
    return new AccountRights(this.directory, owner, clientIdentifier);
  }

  recognize(owner: KeptOwner): KeptOwner | undefined {
    if (!this.directory.isValid(owner) || this.directory.isNamedAsAnother(owner)) return undefined;
    const account = this.directory.account(owner.credentialIds[0] ?? '');
    return { ...owner, accountId: account?.accountId ?? owner.accountId };
  }

  /** Reads the vault, including secrets that another hub has made. Rejects as the vault does. */
  async open(): Promise<void> {
    await this.refresh();
    await this.#deviceCookies.open();
  }

  /** Reads users, tokens and logins now, without waiting for the vault to announce a change. Rejects as the vault does. */
  refresh(): Promise<void> {
    return this.directory.refresh();
  }

  close(): void {
    this.#watching.unsubscribe();
    this.directory.close();
  }

  async #identify(credentials: Credentials, remote: Remote): Promise<Principal> {
    const { isOpen } = this.directory;
    if (isOpen && !remote.mustIdentify) return EVERYONE;
    for (const authenticator of this.#authenticators) {
      const principal = await authenticator.identify?.(credentials, remote);
      if (principal) return this.#ensureOwnName(principal);
    }
    if (isOpen) throw credentialRequired();
    throw new HubError(
      'auth/required',
      'this hub requires authentication: log in, or present a token, or a user and a password',
    );
  }

  #ensureOwnName(principal: Principal): Principal {
    const { name } = principal;
    if (name !== ANYONE && !this.directory.isNamedAsAnother(principal)) return principal;
    throw new HubError('auth/denied', `the name ${quote(name)} belongs to somebody else in this hub`);
  }

  /** A client that presents nothing (`how` is empty) is not logged: every browser starts that way. */
  async #countRefusal<T>(how: string, remote: Remote, attempt: Promise<T>): Promise<T> {
    try {
      return await attempt;
    } catch (error) {
      this.refused++;
      if (how !== '') this.#logRefusal(how, remote, error);
      throw error;
    }
  }

  /** If the vault cannot be read, the former accounts stay in force. */
  async #follow(): Promise<void> {
    try {
      await this.open();
    } catch (error) {
      this.#log.error({ err: error }, 'users and tokens cannot be read; those known so far stay in force');
    }
  }
}

/** At most one line per this time, so that guesses do not fill the disk. */
const PAUSE_MS = 1_000;

/** Logs refused clients and the reason, never their secrets. Logs the first in a second, and counts the others. `now`: milliseconds. */
export function createRefusalLog(log: Logger, now: () => number) {
  let loggedAt = Number.NEGATIVE_INFINITY;
  let unlogged = 0;
  return (how: string, { address }: Remote, error: unknown): void => {
    if (now() - loggedAt < PAUSE_MS) {
      unlogged++;
      return;
    }
    const reason = error instanceof HubError ? error.message : String(error);
    const others = unlogged > 0 ? `, and ${unlogged} more since the last such line` : '';
    log.info({ how, address }, `refused: ${reason}${others}`);
    loggedAt = now();
    unlogged = 0;
  };
}
