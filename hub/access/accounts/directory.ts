import type { Logger } from 'pino';
import { type SchedulerLike, Subject, type Subscription } from 'rxjs';
import { HubError } from '../../core/error.ts';
import type { EndedCredential } from '../../session/link.ts';
import { ANYONE, type KeptOwner, type Owner, type Principal } from '../access.ts';
import { BUILT_IN_ROLES, type Role, type Roles } from '../rights/role.ts';
import type { Vault } from '../vault/vault.ts';
import {
  generationOf,
  type Login,
  NO_RECORDS,
  RESERVED_NAMES,
  type Records,
  readRecords,
  type Token,
  type User,
} from './records.ts';

/** An account that may connect now. Its generation changes with its secret, unless clients that presented the earlier secret may stay. */
export type Account = Pick<Principal, 'name' | 'role' | 'accountId' | 'generation'>;

/** The state behind a credential id. If it changes, clients that used the credential are disconnected. */
interface CredentialState {
  readonly accountId: string;
  readonly state: string;
}

const VALID: CredentialState = { accountId: '', state: '' };

interface DirectoryOptions {
  readonly vault: Vault;
  /** Its `now` is the time of day. */
  readonly scheduler: SchedulerLike;
  /** Whether anyone may connect while there are no users. */
  readonly isOpenWithoutUsers: boolean;
  /** Kinds of the credential ids whose accounts are not in the vault. */
  readonly foreignKinds?: readonly string[];
}

/** The longest wait before expiry is checked again: the time of day may be set at any moment. */
const CHECK_MS = 5_000;

/** The vault's records in memory: who may connect at this moment. Announces what has ended since the last look. */
export class Directory {
  readonly ended$ = new Subject<EndedCredential>();
  /** Counts the changes, for caches. */
  version = 0;
  readonly #options: DirectoryOptions;
  #records = NO_RECORDS;
  #tokenNames: ReadonlyMap<string, string> = new Map();
  #roles: Roles = BUILT_IN_ROLES;
  /** By credential id of clients that may be connected. */
  #states: ReadonlyMap<string, CredentialState> = new Map();
  /** How many tokens and logins had expired at the last look. */
  #expiredCount = 0;
  #last: Promise<void> = Promise.resolve();
  #nextCheck: Subscription | undefined;
  #isClosed = false;

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Whether anyone may connect without credentials. */
  get isOpen(): boolean {
    return this.#options.isOpenWithoutUsers && this.#records.users.size === 0;
  }

  user(name: string): User | undefined {
    return this.#records.users.get(name);
  }

  /** Any user: answers about unknown names must cost the same. */
  get anyUser(): User | undefined {
    const [user] = this.#records.users.values();
    return user;
  }

  token(name: string): Token | undefined {
    const token = this.#records.tokens.get(name);
    return token && !this.#isExpired(token) && this.#isMakerValid(token) ? token : undefined;
  }

  tokenName(hash: string): string | undefined {
    return this.#tokenNames.get(hash);
  }

  login(hash: string): Login | undefined {
    const login = this.#records.logins.get(hash);
    if (!login || this.#isExpired(login)) return undefined;
    const { owner, account, generation } = login;
    const isValid = owner ? this.isValid(owner) : this.account(account)?.generation === generation;
    return isValid ? login : undefined;
  }

  /** All logins by hash, expired ones included. */
  get logins(): ReadonlyMap<string, Login> {
    return this.#records.logins;
  }

  account(credentialId: string): Account | undefined {
    const { kind, name } = parse(credentialId);
    const user = kind === 'user' ? this.user(name) : undefined;
    if (user) return { name, role: user.role, accountId: user.createdAt, generation: generationOf(user) };
    const token = kind === 'token' ? this.token(name) : undefined;
    return token && { name, role: token.role, accountId: token.generation, generation: token.generation };
  }

  /** The principal of an account; `undefined` if there is none, or its secret has another generation. */
  principal(credentialId: string, how: string, generation?: string): Principal | undefined {
    const account = this.account(credentialId);
    if (!account || (generation ?? account.generation) !== account.generation) return undefined;
    return { ...account, how, credentialIds: [credentialId] };
  }

  /** Whether a principal has a reserved name, or the name of a user or token that it is not: it would own their sessions. */
  isNamedAsAnother({ name, credentialIds }: Pick<KeptOwner, 'name' | 'credentialIds'>): boolean {
    const { users, tokens } = this.#records;
    const [credentialId = ANYONE] = credentialIds;
    const own = credentialId === ANYONE ? ANYONE : this.account(credentialId)?.name;
    return name !== own && (RESERVED_NAMES.has(name) || users.has(name) || tokens.has(name));
  }

  /** The present role of an owner; `undefined` if a credential has ended or the role does not exist. */
  roleOf(owner: KeptOwner): Role | undefined {
    if (!this.isValid(owner)) return undefined;
    const { credentialIds } = owner;
    const named = credentialIds.map(parse).find(({ kind }) => kind === 'role');
    return this.#roles.get(this.account(credentialIds[0] ?? '')?.role ?? named?.name ?? '');
  }

  get roleNames(): readonly string[] {
    return [...this.#roles.keys()];
  }

  /** Accounts whose role does not exist, so they may do nothing. */
  get withoutRole(): readonly Pick<Account, 'name' | 'role'>[] {
    const { users, tokens } = this.#records;
    const accounts = [...users, ...tokens].map(([name, { role }]) => ({ name, role }));
    return accounts.filter(({ role }) => !this.#roles.has(role));
  }

  /** Whether all credentials of an owner are valid and still the same account's. */
  isValid({ credentialIds, accountId }: Pick<KeptOwner, 'credentialIds' | 'accountId'>): boolean {
    return credentialIds.every((credentialId) => {
      const found = this.#stateOf(credentialId);
      return found && (accountId === '' || ['', accountId].includes(found.accountId));
    });
  }

  /** Throws `auth/denied` if a credential has ended, or the secret is not the presented one. */
  check({ generation, ...owner }: Owner & Pick<Principal, 'generation'>): void {
    const present = this.account(owner.credentialIds[0] ?? '')?.generation ?? '';
    if (present !== generation || !this.isValid(owner)) throw reasonOf(true);
  }

  get roles(): Roles {
    return this.#roles;
  }

  set roles(roles: Roles) {
    this.#roles = roles;
    this.#take(this.#records);
  }

  /** Reads the vault. Rejects as the vault does; the former records then stay in force. */
  refresh(): Promise<void> {
    const look = this.#last.then(async () => this.#take(await readRecords(this.#options.vault)));
    this.#last = look.catch(() => undefined); // The caller gets the error; the next look must not.
    return look;
  }

  close(): void {
    this.#isClosed = true;
    this.#nextCheck?.unsubscribe();
    this.ended$.complete();
  }

  #take(records: Records): void {
    this.#records = records;
    this.#expiredCount = this.#countExpired();
    this.#tokenNames = new Map([...records.tokens].map(([name, { hash }]) => [hash, name]));
    this.version++;
    const before = this.#states;
    this.#states = this.#listStates();
    for (const [credentialId, { accountId, state }] of before) {
      const now = this.#stateOf(credentialId);
      const isGone = now?.accountId !== accountId; // Deleted, or another account has the name now.
      if (isGone || now.state !== state) this.ended$.next({ credentialId, isGone, reason: reasonOf(isGone) });
    }
    this.#scheduleCheck();
  }

  #listStates(): ReadonlyMap<string, CredentialState> {
    const { users, tokens, logins } = this.#records;
    const byKind = Object.entries({ user: users, token: tokens, login: logins, role: this.#roles });
    const ids = byKind.flatMap(([kind, records]) => Array.from(records.keys(), (key) => `${kind}:${key}`));
    const states = new Map<string, CredentialState>();
    for (const credentialId of [...ids, ANYONE]) {
      const found = this.#stateOf(credentialId);
      if (found) states.set(credentialId, found);
    }
    return states;
  }

  #stateOf(credentialId: string): CredentialState | undefined {
    const { kind, name } = parse(credentialId);
    if (kind === ANYONE) return this.isOpen ? VALID : undefined;
    if (kind === 'login') return this.login(name) && VALID;
    if (kind === 'role') return { accountId: '', state: this.#describeRole(name) };
    // An authenticator with accounts of its own announces itself when they end.
    if (this.#isForeign(kind)) return VALID;
    const account = this.account(credentialId);
    if (!account) return undefined;
    const { accountId, generation, role } = account;
    return { accountId, state: `${generation} ${role} ${this.#describeRole(role)}` };
  }

  #describeRole(name: string): string {
    return JSON.stringify(this.#roles.get(name) ?? null);
  }

  /** Checks the time of day in short steps while anything can expire: the clock may jump there, or away and back. */
  #scheduleCheck(): void {
    this.#nextCheck?.unsubscribe();
    const { scheduler } = this.#options;
    const ends = endsOf(this.#records);
    if (ends.length === 0 || this.#isClosed) return;
    const left = ends.map((end) => end - scheduler.now()).filter((ms) => ms > 0);
    const waitMs = left.reduce((one, other) => Math.min(one, other), CHECK_MS);
    this.#nextCheck = scheduler.schedule(() => {
      // The records are the same, so an equal number means that the same ones have expired.
      if (this.#countExpired() !== this.#expiredCount) this.#take(this.#records);
      else this.#scheduleCheck();
    }, waitMs);
  }

  #countExpired(): number {
    const now = this.#options.scheduler.now();
    return endsOf(this.#records).filter((end) => end <= now).length;
  }

  /** Accounts outside the vault have no state here: what they made ends when their authenticator announces their end. */
  #isMakerValid({ maker }: Token): boolean {
    if (!maker || this.#isForeign(parse(maker.account).kind)) return true;
    const account = this.account(maker.account);
    return account?.generation === maker.generation && account.role === maker.role;
  }

  #isForeign(kind: string): boolean {
    return kind !== 'user' && kind !== 'token' && (this.#options.foreignKinds ?? []).includes(kind);
  }

  #isExpired({ expiresAt }: { expiresAt?: string | undefined }): boolean {
    return expiresAt !== undefined && Date.parse(expiresAt) <= this.#options.scheduler.now();
  }
}

/** When tokens and logins expire, milliseconds. */
function endsOf({ tokens, logins }: Records): number[] {
  const expiring = [...tokens.values(), ...logins.values()];
  return expiring.flatMap(({ expiresAt }) => (expiresAt === undefined ? [] : Date.parse(expiresAt)));
}

function parse(credentialId: string): { kind: string; name: string } {
  const [kind = ''] = credentialId.split(':', 1);
  return { kind, name: credentialId.slice(kind.length + 1) };
}

/** `auth/denied` tells clients not to reconnect; `session/closed` lets them. */
function reasonOf(isGone: boolean): HubError {
  return isGone
    ? new HubError('auth/denied', 'your link, token or account is no longer valid')
    : new HubError('session/closed', 'your rights have changed; connect again');
}

/** Shared by the parts of access control. */
export interface AccessContext {
  readonly vault: Vault;
  readonly directory: Directory;
  /** The time of day, milliseconds. */
  readonly now: () => number;
  /** A monotonic clock, milliseconds, for delays and rates. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
}
