import type { Logger } from 'pino';
import { concatMap, type Observable, type SchedulerLike, Subscription } from 'rxjs';
import { HubError, quote } from '../core/error.ts';
import type { Rights } from '../core/rights.ts';
import type { Access, Credentials, Ended, Exchange, KeptOwner, Owner, Principal, Remote } from './access.ts';
import { normalizeName } from './accounts/account-name.ts';
import { hashSecret } from './accounts/accounts.ts';
import { type Account, ANYONE, Directory } from './accounts/directory.ts';
import { ExpiryWatch } from './accounts/expiry-watch.ts';
import { Logins } from './accounts/logins.ts';
import { TokenUses } from './accounts/token-uses.ts';
import { PasswordCheck } from './authenticators/password-check.ts';
import { SCRAM_METHOD } from './authenticators/scram.ts';
import { createScramExchange } from './authenticators/scram-exchange.ts';
import { GuessLimiter } from './guesses/guess-limiter.ts';
import { KeptPlaces } from './guesses/kept-places.ts';
import { RefusalLog } from './guesses/refusal-log.ts';
import { AccountRights } from './rights/grants.ts';
import type { Roles } from './rights/role.ts';
import { KeptSecret } from './vault/kept-secret.ts';
import type { Vault } from './vault/vault.ts';

interface GuardedAccessOptions {
  readonly vault: Vault;
  /** Its `now` is the time of day, by which tokens and logins are over. */
  readonly scheduler: SchedulerLike;
  /** A clock that never jumps, milliseconds, for what lasts a while: the wait of one who guesses. Default: the scheduler's. */
  readonly elapsedMs?: () => number;
  readonly log: Logger;
  /** Default: those that are built in. */
  readonly roles?: Roles | undefined;
  /** Whether anyone may come in as long as there are no users: only where none but the own machine can reach the hub. */
  readonly isOpenWithoutUsers?: boolean;
}

/** Rejects with `store/damaged` or `store/unavailable`. */
export async function openGuardedAccess(options: GuardedAccessOptions): Promise<GuardedAccess> {
  const access = new GuardedAccess(options);
  await access.refresh();
  return access;
}

/** Lets in those whom the vault knows, and follows every change of it, without a restart. */
export class GuardedAccess implements Access {
  /** Attempts to come in that were refused. */
  refused = 0;
  readonly logins: Logins;
  readonly #log: Logger;
  readonly #directory: Directory;
  readonly #limiter: GuessLimiter;
  readonly #passwords: PasswordCheck;
  readonly #refusals: RefusalLog;
  readonly #decoySecret: KeptSecret;
  readonly #tokenUses: TokenUses;
  readonly #watching = new Subscription();
  readonly #expiry: ExpiryWatch;

  constructor(options: GuardedAccessOptions) {
    const { vault, scheduler, log, roles, isOpenWithoutUsers = false } = options;
    const now = () => scheduler.now();
    const elapsedMs = options.elapsedMs ?? now;
    this.#log = log;
    this.#directory = new Directory({ vault, now, isOpenWithoutUsers });
    this.#expiry = new ExpiryWatch({ directory: this.#directory, scheduler });
    if (roles) this.#directory.roles = roles;
    const known = new KeptPlaces({ vault, directory: this.#directory, log, elapsedMs });
    this.logins = new Logins({ known, vault, directory: this.#directory, now, elapsedMs, log });
    this.#limiter = new GuessLimiter({ now: elapsedMs, known });
    this.#decoySecret = new KeptSecret({ vault, key: 'scram-decoy', log });
    this.#tokenUses = new TokenUses({ vault, directory: this.#directory, now, log });
    this.#passwords = new PasswordCheck({
      now: elapsedMs,
      limiter: this.#limiter,
      hashOf: (name) => this.#directory.user(name)?.password,
    });
    this.#refusals = new RefusalLog(log, elapsedMs);
    this.#watching.add(vault.changed$.pipe(concatMap(() => this.#follow())).subscribe());
  }

  get ended$(): Observable<Ended> {
    return this.#directory.ended$;
  }

  /** Whether anyone may come in. */
  get isOpen(): boolean {
    return this.#directory.isOpen;
  }

  get roleNames(): readonly string[] {
    return this.#directory.roleNames;
  }

  /** Who has a role that there is not, and so may do nothing. */
  get withoutRole(): readonly Pick<Account, 'name' | 'role'>[] {
    return this.#directory.withoutRole;
  }

  /** Puts other roles in force, at once. */
  set roles(roles: Roles) {
    this.#directory.roles = roles;
  }

  async authenticate(credentials: Credentials, remote: Remote): Promise<Principal> {
    try {
      const principal = await this.#identify(credentials, remote);
      this.#log.debug({ name: principal.name, how: principal.how, address: remote.address }, 'let in');
      return principal;
    } catch (error) {
      this.#refuse(credentials.kind, remote, error);
      throw error;
    }
  }

  beginExchange(method: string, remote: Remote): Exchange | undefined {
    if (method !== SCRAM_METHOD) return undefined;
    return createScramExchange({
      remote,
      limiter: this.#limiter,
      decoySecret: () => this.#decoySecret.read(),
      userOf: async (name) => this.#directory.user(name),
      principalOf: (name, generation) => this.#principalOf(`user:${name}`, 'scram', generation),
      onRefused: (error) => this.#refuse('scram', remote, error),
    });
  }

  rightsOf(owner: Owner, clientIdentifier: string): Rights {
    const { generation } = owner;
    if (generation !== undefined) this.#directory.check({ ...owner, generation });
    return new AccountRights(this.#directory, owner, clientIdentifier);
  }

  recognize(owner: KeptOwner): KeptOwner | undefined {
    if (!this.#directory.stands(owner)) return undefined;
    return { ...owner, accountId: this.#directory.account(owner.credentialIds[0] ?? '')?.accountId ?? '' };
  }

  /** Looks into the vault now, rather than when it says that it has changed. Rejects as it does. */
  async refresh(): Promise<void> {
    await this.#directory.refresh();
    this.#expiry.arm();
  }

  close(): void {
    this.#watching.unsubscribe();
    this.#expiry.close();
    this.#directory.ended$.complete();
  }

  async #identify(credentials: Credentials, remote: Remote): Promise<Principal> {
    if (this.#directory.isOpen)
      return {
        name: ANYONE,
        role: 'admin',
        how: 'open',
        accountId: '',
        credentialIds: [ANYONE],
        generation: '',
      };
    switch (credentials.kind) {
      case 'none':
        throw new HubError(
          'auth/required',
          'this hub asks who you are: log in, or show a token, or a user and a password',
        );
      case 'token':
        return this.#byToken(credentials.token);
      case 'password':
        if (credentials.user === 'token') return this.#byToken(credentials.password);
        return this.#byPassword(normalizeName(credentials.user), credentials.password, remote);
      case 'certificate':
        return this.#byCertificate(credentials.commonName);
      case 'login':
        return this.#byLogin(credentials.secret);
    }
  }

  #byToken(secret: string): Principal {
    const name = this.#directory.tokenName(hashSecret(secret));
    const principal = name === undefined ? undefined : this.#principalOf(`token:${name}`, 'token');
    if (!principal) throw wrong('the token is not valid');
    this.#tokenUses.note(principal.name);
    return principal;
  }

  async #byPassword(name: string, password: string, remote: Remote): Promise<Principal> {
    const { salt } = await this.#passwords.check(name, password, remote);
    return (
      this.#principalOf(`user:${name}`, 'password', salt) ?? raise(wrong('user name or password is wrong'))
    );
  }

  #byCertificate(commonName: string): Principal {
    const name = normalizeName(commonName);
    return (
      this.#principalOf(`user:${name}`, 'certificate') ??
      raise(wrong(`the certificate is for ${quote(commonName)}, and there is no such user`))
    );
  }

  #byLogin(secret: string): Principal {
    const hash = hashSecret(secret);
    const login = this.#directory.login(hash);
    const principal = login && this.#principalOf(login.account, 'login');
    if (!principal) throw new HubError('auth/required', 'the login is over; log in anew');
    return { ...principal, credentialIds: [...principal.credentialIds, `login:${hash}`] };
  }

  #refuse(how: string, remote: Remote, error: unknown): void {
    this.refused++;
    // Whoever shows nothing tries nothing: each browser begins so.
    if (how !== 'none') this.#refusals.add(how, remote, error);
  }

  /** One who comes in to an account; `undefined` where there is none, or what they have shown is of another generation by now. */
  #principalOf(credentialId: string, how: Principal['how'], shown?: string): Principal | undefined {
    const account = this.#directory.account(credentialId);
    if (!account || (shown ?? account.generation) !== account.generation) return undefined;
    const { name, role, accountId, generation } = account;
    return { name, role, how, accountId, credentialIds: [credentialId], generation };
  }

  /** A vault that cannot be read leaves in force what was: nobody new comes in, and it is said. */
  async #follow(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.#log.error(
        { err: error },
        'users and tokens cannot be read; what was known of them stays in force',
      );
    }
  }
}

function wrong(message: string): HubError {
  return new HubError('auth/wrong', message);
}

function raise(error: Error): never {
  throw error;
}
