import { isDeepStrictEqual } from 'node:util';
import { HubError, quote } from '../../core/error.ts';
import type { Found, Vault } from '../vault/vault.ts';
import {
  type Maker,
  parseAccountName,
  parseToken,
  readRecords,
  type SeatFacts,
  type Token,
  type User,
} from './records.ts';
import { createSecret, deriveScramKeys, hashPassword, hashSecret, parseNewPassword } from './secrets.ts';

interface NewToken {
  readonly name: string;
  readonly role: string;
  readonly expiresAt?: Date;
  readonly maker?: Maker;
  /** For a seat of a class. A renewed token keeps it. */
  readonly seat?: SeatFacts;
}

/** Identifies a token as such, for people and for scanners that look for leaked secrets. */
export const TOKEN_PREFIX = 'ph_';

/** Adds, changes and removes users and tokens. A hub follows each change through its vault. */
export class Accounts {
  readonly #vault: Vault;
  readonly #now: () => Date;

  constructor(vault: Vault, now: () => Date = () => new Date()) {
    this.#vault = vault;
    this.#now = now;
  }

  async users(): Promise<ReadonlyMap<string, User>> {
    return (await readRecords(this.#vault)).users;
  }

  async tokens(): Promise<ReadonlyMap<string, Token>> {
    return (await readRecords(this.#vault)).tokens;
  }

  /** Rejects with `option/invalid` if the name is invalid or taken. Another account may still take it before it is used. */
  async checkFreeName(name: string): Promise<void> {
    const wanted = parseAccountName(name);
    const { users, tokens } = await this.#vault.read();
    checkIsFree(wanted, { users: users.get(wanted), tokens: tokens.get(wanted) });
  }

  /** Resolves to the name in its normal form. Rejects with `option/invalid` if the name or password is invalid, or the name is taken. */
  async addUser(name: string, password: string, role: string): Promise<string> {
    const user = parseAccountName(name);
    const keys = await derivePassword(password);
    const record: User = { role, createdAt: this.#now().toISOString(), ...keys };
    await this.#vault.update('users', user, (found) => {
      checkIsFree(user, found);
      return record;
    });
    return user;
  }

  /** Rejects with `option/invalid` if the user does not exist, like the three methods below. */
  async checkUser(name: string): Promise<void> {
    if (!(await this.#vault.get('users', parseAccountName(name)))) throw noSuch('user', name);
  }

  /** Rejects also if the password is invalid. */
  async setPassword(name: string, password: string): Promise<void> {
    await this.#updateUser(name, await derivePassword(password));
  }

  async setRole(name: string, role: string): Promise<void> {
    await this.#updateUser(name, { role });
  }

  async removeUser(name: string): Promise<void> {
    if (!(await this.#vault.delete('users', parseAccountName(name)))) throw noSuch('user', name);
  }

  /** Creates a token and resolves to it. Only its hash is stored. Rejects like `addUser`. */
  makeToken(wanted: NewToken): Promise<string> {
    return this.#putToken(wanted, checkIsFree);
  }

  /** Creates a token, and revokes the existing one of that name. Rejects with `option/invalid` if a user has the name. */
  renewToken(wanted: NewToken): Promise<string> {
    return this.#putToken(wanted, (name, { users }) => checkIsFree(name, { users }));
  }

  /** Rejects with `option/invalid` if the token does not exist. */
  async revokeToken(name: string): Promise<void> {
    if (!(await this.#vault.delete('tokens', parseAccountName(name)))) throw noSuch('token', name);
  }

  /** Changes what a class stores about a seat. Rejects with `option/invalid` if the seat does not exist. */
  async setSeat(name: string, seat: SeatFacts): Promise<void> {
    const change = ({ tokens: token }: Found) => (token?.seat ? { ...token, seat } : undefined);
    if (!(await this.#vault.update('tokens', parseAccountName(name), change))) throw noSuch('seat', name);
  }

  /** Revokes tokens in one write; missing ones do not count. */
  async revokeTokens(names: readonly string[]): Promise<void> {
    if (names.length > 0) await this.#vault.delete('tokens', ...names.map(parseAccountName));
  }

  /** Whether a token is stored, under any name; it may have expired. */
  async hasToken(secret: string): Promise<boolean> {
    const hash = hashSecret(secret);
    return [...(await this.tokens()).values()].some((token) => token.hash === hash);
  }

  async revokeLinksOf(account: string): Promise<void> {
    const made = [...(await this.tokens())].filter(([, { maker }]) => maker?.account === account);
    if (made.length > 0) await this.#vault.delete('tokens', ...made.map(([name]) => name));
  }

  async #putToken(
    { name: given, role, expiresAt, maker, seat: newSeat }: NewToken,
    check: typeof checkIsFree,
  ): Promise<string> {
    const name = parseAccountName(given);
    const secret = TOKEN_PREFIX + createSecret();
    await this.#vault.update('tokens', name, (found): Token => {
      check(name, found);
      const former = found.tokens && parseToken(name, found.tokens);
      const seat = newSeat ?? former?.seat;
      return {
        hash: hashSecret(secret),
        role,
        generation: former && isDeepStrictEqual(former.maker, maker) ? former.generation : createSecret(),
        createdAt: this.#now().toISOString(),
        ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
        ...(maker && { maker }),
        ...(seat && { seat }),
      };
    });
    return secret;
  }

  async #updateUser(name: string, change: Partial<User>): Promise<void> {
    const merge = ({ users: record }: Found) => record && { ...record, ...change };
    if (!(await this.#vault.update('users', parseAccountName(name), merge))) throw noSuch('user', name);
  }
}

/** Users and tokens share one set of names, because `%u` stands for either. Throws `option/invalid` if the name is taken. */
function checkIsFree(name: string, { users, tokens }: Partial<Found>): void {
  if (!users && !tokens) return;
  const what = tokens ? 'token' : 'user';
  throw new HubError('option/invalid', `there is a ${what} ${quote(name)} already; choose another name`);
}

/** A password in both stored forms: to check a password that is sent, and for SCRAM. */
async function derivePassword(text: string): Promise<Pick<User, 'password' | 'scram'>> {
  const prepared = parseNewPassword(text);
  const [password, scram] = await Promise.all([hashPassword(prepared), deriveScramKeys(prepared)]);
  return { password, scram };
}

function noSuch(what: 'user' | 'token' | 'seat', name: string): HubError {
  return new HubError('option/invalid', `there is no ${what} ${quote(name)}`);
}
