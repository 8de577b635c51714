import { Subject } from 'rxjs';
import { HubError } from '../../core/error.ts';
import type { Ended, KeptOwner, Principal } from '../access.ts';
import { BUILT_IN_ROLES, type Role, type Roles } from '../rights/role.ts';
import type { Vault } from '../vault/vault.ts';
import { generationOf, type Token, type User } from './accounts.ts';
import { type DirectoryContent, EMPTY_CONTENT, listEnds, readContent } from './directory-content.ts';
import type { KeptLogin, Login } from './login.ts';

/** Anyone at all, where a hub has no users and nobody but its own machine can reach it. */
export const ANYONE = 'anyone';

/** An account that may come in now. */
export interface Account {
  readonly credentialId: string;
  readonly name: string;
  readonly role: string;
  /** Tells who has the name now from who had it before. */
  readonly accountId: string;
  /** Changes when whoever knew the secret before must show it anew. */
  readonly generation: string;
}

/** What stands behind a credentialId: to whom it belongs, and what may not change under those who are in on it. */
interface Footing {
  readonly accountId: string;
  readonly state: string;
}

interface DirectoryOptions {
  readonly vault: Vault;
  /** The present time, milliseconds. */
  readonly now: () => number;
  /** Whether anyone may come in as long as there are no users. */
  readonly isOpenWithoutUsers: boolean;
}

/** What the vault holds, at hand: who may come in at this moment. It says what has ended since the last look. */
export class Directory {
  readonly ended$ = new Subject<Ended>();
  /** Counts the changes, for those who remember what they made of the last state. */
  version = 0;
  readonly #options: DirectoryOptions;
  #content = EMPTY_CONTENT;
  #tokenNames: ReadonlyMap<string, string> = new Map();
  #roles: Roles = BUILT_IN_ROLES;
  /** Every credentialId on which somebody may be in. */
  #credentialIds: ReadonlyMap<string, Footing> = new Map();
  /** How many tokens and logins were over at the last look. */
  #pastCount = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: DirectoryOptions) {
    this.#options = options;
  }

  /** Whether anyone may come in without showing anything. */
  get isOpen(): boolean {
    return this.#options.isOpenWithoutUsers && this.#content.users.size === 0;
  }

  user(name: string): User | undefined {
    return this.#content.users.get(name);
  }

  token(name: string): Token | undefined {
    const token = this.#content.tokens.get(name);
    return token && !this.#isPast(token) ? token : undefined;
  }

  /** The name of a token, by its hash. */
  tokenName(hash: string): string | undefined {
    return this.#tokenNames.get(hash);
  }

  login(hash: string): Login | undefined {
    const login = this.#content.logins.get(hash);
    if (!login || this.#isPast(login)) return undefined;
    return this.account(login.account)?.generation === login.generation ? login : undefined;
  }

  /** All logins, those that are over included. */
  get logins(): readonly KeptLogin[] {
    return [...this.#content.logins];
  }

  /** The account behind a credentialId, if it is there still. */
  account(credentialId: string): Account | undefined {
    const [kind, key = ''] = split(credentialId);
    if (kind === 'user') {
      const user = this.user(key);
      return (
        user && {
          credentialId,
          name: key,
          role: user.role,
          accountId: user.createdAt,
          generation: generationOf(user),
        }
      );
    }
    const token = kind === 'token' ? this.token(key) : undefined;
    return (
      token && {
        credentialId,
        name: key,
        role: token.role,
        accountId: token.generation,
        generation: token.generation,
      }
    );
  }

  role(name: string): Role | undefined {
    return this.#roles.get(name);
  }

  get roleNames(): readonly string[] {
    return [...this.#roles.keys()];
  }

  /** Who has a role that there is not. */
  get withoutRole(): readonly Pick<Account, 'name' | 'role'>[] {
    const { users, tokens } = this.#content;
    const accounts = [...users, ...tokens].map(([name, { role }]) => ({ name, role }));
    return accounts.filter(({ role }) => !this.#roles.has(role));
  }

  /** Whether everything that somebody was let in on is there still, and theirs. */
  stands({ credentialIds, accountId }: Pick<KeptOwner, 'credentialIds' | 'accountId'>): boolean {
    return credentialIds.every((credentialId) => {
      const [kind, key = ''] = split(credentialId);
      if (kind === ANYONE) return this.isOpen;
      if (kind === 'login') return this.login(key) !== undefined;
      const account = this.account(credentialId);
      return account !== undefined && (accountId === '' || accountId === account.accountId);
    });
  }

  /** Throws `auth/denied` where what somebody was let in on has ended, or is no more what they have shown. */
  check(principal: Pick<Principal, 'credentialIds' | 'accountId' | 'generation'>): void {
    const present = this.account(principal.credentialIds[0] ?? '')?.generation ?? '';
    if (present !== principal.generation || !this.stands(principal)) throw reasonOf(true);
  }

  /** How long until the next token or login is over, milliseconds; `Infinity` where all are, `undefined` where none ever will be. */
  get untilExpiryMs(): number | undefined {
    const ends = listEnds(this.#content);
    const left = ends.map((end) => end - this.#options.now()).filter((ms) => ms > 0);
    return ends.length === 0
      ? undefined
      : left.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  }

  /** Takes in what the time of day has ended since the last look, or, where it was set back, brought to life again. */
  followClock(): void {
    if (this.#countPast() !== this.#pastCount) this.#take(this.#content);
  }

  set roles(roles: Roles) {
    this.#roles = roles;
    this.#take(this.#content);
  }

  /** Looks into the vault. Rejects as the vault does, the state being what it was. */
  refresh(): Promise<void> {
    const look = this.#last.then(async () => this.#take(await readContent(this.#options.vault)));
    this.#last = look.catch(() => undefined); // Whoever asked hears of it; the next look is not to.
    return look;
  }

  #take(content: DirectoryContent): void {
    this.#content = content;
    this.#pastCount = this.#countPast();
    this.#tokenNames = new Map([...content.tokens].map(([name, { hash }]) => [hash, name]));
    this.version++;
    const before = this.#credentialIds;
    this.#credentialIds = this.#listGrounds();
    for (const [credentialId, { accountId, state }] of before) {
      const now = this.#credentialIds.get(credentialId);
      const isGone = now?.accountId !== accountId; // Or gone and come again since, as another's.
      if (isGone || now.state !== state) this.ended$.next({ credentialId, isGone, reason: reasonOf(isGone) });
    }
  }

  #listGrounds(): ReadonlyMap<string, Footing> {
    const { users, tokens, logins } = this.#content;
    const accounts = [
      ...[...users.keys()].map((name) => `user:${name}`),
      ...[...tokens.keys()].map((name) => `token:${name}`),
    ].flatMap((credentialId) => this.account(credentialId) ?? []);
    const state = ({ role, generation }: Account) =>
      `${generation} ${role} ${JSON.stringify(this.role(role) ?? null)}`;
    const footing = (account: Account) => ({ accountId: account.accountId, state: state(account) });
    const bare: Footing = { accountId: '', state: '' };
    const browsers = [...logins.keys()].filter((hash) => this.login(hash) !== undefined);
    return new Map([
      ...accounts.map((account) => [account.credentialId, footing(account)] as const),
      ...browsers.map((hash) => [`login:${hash}`, bare] as const),
      ...(this.isOpen ? [[ANYONE, bare] as const] : []),
    ]);
  }

  /** How many are over. As long as the vault's content is the same, an equal number is the same ones. */
  #countPast(): number {
    const now = this.#options.now();
    return listEnds(this.#content).filter((end) => end <= now).length;
  }

  #isPast({ expiresAt }: { expiresAt?: string | undefined }): boolean {
    return expiresAt !== undefined && Date.parse(expiresAt) <= this.#options.now();
  }
}

function split(credentialId: string): [kind: string, key: string | undefined] {
  const colon = credentialId.indexOf(':');
  return colon === -1
    ? [credentialId, undefined]
    : [credentialId.slice(0, colon), credentialId.slice(colon + 1)];
}

/** One who may come back is told so, and clients that can do. */
function reasonOf(isGone: boolean): HubError {
  return isGone
    ? new HubError('auth/denied', 'what let you in is no longer valid')
    : new HubError('session/closed', 'what you may do has changed; connect anew');
}
