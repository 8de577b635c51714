import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { deriveScramKeys, scramKeysSchema } from '../authenticators/scram.ts';
import type { Found, Vault } from '../vault/vault.ts';
import { parseAccountName } from './account-name.ts';
import { hashPassword, parseNewPassword, passwordHashSchema } from './password.ts';

/** What is kept of a user, under the user's name. */
export const userSchema = z.object({
  role: z.string(),
  password: passwordHashSchema,
  scram: scramKeysSchema,
  createdAt: z.iso.datetime(),
  /** The networks and browsers that the user has been let in from, so that those who guess elsewhere do not lock them out. */
  places: z.array(z.string()).optional(),
});

/** What is kept of a token, under its name. */
export const tokenSchema = z.object({
  /** SHA-256 of the token. */
  hash: z.string(),
  role: z.string(),
  /** Stays the same when the token is renewed, so that browsers that came in by the one before stay logged in. */
  generation: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  /** To the hour, so that a token in daily use costs few writes. */
  usedAt: z.iso.datetime().optional(),
});

export type User = z.infer<typeof userSchema>;
export type Token = z.infer<typeof tokenSchema>;

/** What is another as soon as a user's password is. */
export function generationOf({ password }: User): string {
  return password.salt;
}

interface NewToken {
  readonly name: string;
  readonly role: string;
  readonly expiresAt?: Date;
}

/** 160 bits: nobody guesses it. */
const TOKEN_BYTES = 20;

/** Says at a glance, to people and to programs that look for leaked secrets, what it is. */
const TOKEN_PREFIX = 'ph_';

/** A new secret in characters that links, headers and QR codes carry as they are. */
export function createSecret(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is kept of a secret of so many random bits: a fast hash is enough, as there is nothing to try. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** The people and programs that may come in: what the command line does to them. The hub sees each change through its vault. */
export class Accounts {
  readonly #vault: Vault;
  readonly #now: () => Date;

  constructor(vault: Vault, now: () => Date = () => new Date()) {
    this.#vault = vault;
    this.#now = now;
  }

  /** By name. */
  async users(): Promise<ReadonlyMap<string, User>> {
    return parseRecords(await this.#vault.list('users'), userSchema);
  }

  /** By name. */
  async tokens(): Promise<ReadonlyMap<string, Token>> {
    return parseRecords(await this.#vault.list('tokens'), tokenSchema);
  }

  /** Rejects with `option/invalid` where a name is taken, or is none. By the time that it is used, it may be taken. */
  async checkFreeName(name: string): Promise<void> {
    const wanted = parseAccountName(name);
    const [users, tokens] = await Promise.all([
      this.#vault.get('users', wanted),
      this.#vault.get('tokens', wanted),
    ]);
    checkIsFree(wanted, { users, tokens });
  }

  /** Returns the name as it is kept. Rejects with `option/invalid` where the name is taken, or it or the password is none. */
  async addUser(name: string, password: string, role: string): Promise<string> {
    const user = parseAccountName(name);
    const record: User = {
      role,
      createdAt: this.#now().toISOString(),
      ...(await derivePassword(password)),
    };
    await this.#vault.update('users', user, (found) => {
      checkIsFree(user, found);
      return record;
    });
    return user;
  }

  /** Rejects with `option/invalid` where there is no such user; so too the three below. */
  async checkUser(name: string): Promise<void> {
    if (!(await this.#vault.get('users', parseAccountName(name)))) throw noSuch('user', name);
  }

  /** Rejects also where the password is none. */
  async setPassword(name: string, password: string): Promise<void> {
    await this.#updateUser(name, await derivePassword(password));
  }

  async setRole(name: string, role: string): Promise<void> {
    await this.#updateUser(name, { role });
  }

  async removeUser(name: string): Promise<void> {
    const user = parseAccountName(name);
    if (!(await this.#vault.delete('users', user))) throw noSuch('user', name);
  }

  /** Makes a token, and returns it: it is known from then on to its accountId alone. Rejects as `addUser`. */
  async makeToken(wanted: NewToken): Promise<string> {
    return this.#putToken(wanted, (name, found) => {
      checkIsFree(name, found);
      return createSecret();
    });
  }

  /** Makes a token in the place of the one of that name, if there is one, which is of no more use. Rejects where a user has the name. */
  async renewToken(wanted: NewToken): Promise<string> {
    return this.#putToken(wanted, (name, { users, tokens: before }) => {
      checkIsFree(name, { users });
      return before ? parseRecord(name, before, tokenSchema).generation : createSecret();
    });
  }

  /** Rejects with `option/invalid` where there is no token of that name. */
  async revokeToken(name: string): Promise<void> {
    if (!(await this.#vault.delete('tokens', parseAccountName(name)))) throw noSuch('token', name);
  }

  /** `generationOf` says which generation the token is of, by what has its name already, or throws. */
  async #putToken(
    { name: given, role, expiresAt }: NewToken,
    generationOf: (name: string, found: Found) => string,
  ): Promise<string> {
    const name = parseAccountName(given);
    const secret = TOKEN_PREFIX + createSecret();
    const token: Omit<Token, 'generation'> = {
      hash: hashSecret(secret),
      role,
      createdAt: this.#now().toISOString(),
      ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    };
    await this.#vault.update('tokens', name, (found) => ({
      ...token,
      generation: generationOf(name, found),
    }));
    return secret;
  }

  async #updateUser(name: string, change: Partial<User>): Promise<void> {
    const user = parseAccountName(name);
    const isKnown = await this.#vault.update(
      'users',
      user,
      ({ users: record }) => record && { ...record, ...change },
    );
    if (!isKnown) throw noSuch('user', name);
  }
}

/** One name, one meaning: `%u` must not stand for a user and for somebody's token. Throws `option/invalid` where it is taken. */
function checkIsFree(name: string, { users, tokens }: Partial<Found>): void {
  if (!users && !tokens) return;
  const what = tokens ? 'token' : 'user';
  throw new HubError('option/invalid', `there is a ${what} ${quote(name)} already; choose another name`);
}

/** What is kept of a password: to check it when it is sent, and when it is not (SCRAM). */
async function derivePassword(text: string): Promise<Pick<User, 'password' | 'scram'>> {
  const prepared = parseNewPassword(text);
  const [password, scram] = await Promise.all([hashPassword(prepared), deriveScramKeys(prepared)]);
  return { password, scram };
}

function noSuch(what: 'user' | 'token', name: string): HubError {
  return new HubError('option/invalid', `there is no ${what} ${quote(name)}`);
}

/** Records as what they are. Rejects with `store/damaged` where one is not. */
export function parseRecords<T>(records: ReadonlyMap<string, unknown>, schema: z.ZodType<T>): Map<string, T> {
  const parsed = [...records].map(([key, record]) => [key, parseRecord(key, record, schema)] as const);
  return new Map(parsed);
}

function parseRecord<T>(key: string, record: unknown, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(record);
  if (parsed.success) return parsed.data;
  throw new HubError(
    'store/damaged',
    `what is kept under ${quote(key)} is not as this version keeps it: ${describeIssues(parsed.error)}`,
    { cause: parsed.error },
  );
}
