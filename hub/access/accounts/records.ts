import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';
import { ANYONE, type Principal } from '../access.ts';
import type { Vault } from '../vault/vault.ts';
import type { PasswordHash, ScramKeys } from './secrets.ts';

/** A user's record, kept under the user's name. These are types written out, so that the declarations of the package need no schema, and no interfaces, so that they are records of a vault. */
export type User = {
  readonly role: string;
  readonly password: PasswordHash;
  readonly scram: ScramKeys;
  readonly createdAt: string;
  /** Networks from which the user was authenticated, the least recent first. */
  readonly networks?: string[] | undefined;
  /** The name of `networks` in older vaults. */
  readonly places?: string[] | undefined;
};

/** The maker of a link for others. */
export type Maker = {
  /** The first credential id of the principal. */
  readonly account: string;
  readonly generation: string;
  readonly role: string;
};

/** A token's record, kept under the token's name. */
export type Token = {
  /** SHA-256 of the token. */
  readonly hash: string;
  readonly role: string;
  /** Stays the same when the token is renewed, so that browsers that presented the earlier token stay logged in. */
  readonly generation: string;
  readonly createdAt: string;
  readonly expiresAt?: string | undefined;
  /** To the hour, so that a token in daily use costs few writes. */
  readonly usedAt?: string | undefined;
  /** The maker, if it is a link for others. It is valid while the maker has this secret and this role. */
  readonly maker?: Maker | undefined;
  /** Present for a student's seat in a class. */
  readonly seat?: SeatFacts | undefined;
};

/** The data that a class stores about a seat besides its token. */
export type SeatFacts = {
  /** The student's display name. */
  readonly nickname: string;
};

/** The record of a browser that is logged in, kept under the hash of its cookie's value. */
export type Login = {
  /** The first credential id of the principal: for accounts in the vault `user:<name>` or `token:<name>`. */
  readonly account: string;
  /** The account's generation at that time: a new password ends the login. */
  readonly generation: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** The principal, if its account is not in the vault. */
  readonly owner?: Pick<Principal, 'name' | 'role' | 'accountId' | 'credentialIds'> | undefined;
  /** The network from which it was opened, as `networkOf` gives it. Old records have none. */
  readonly network?: string | undefined;
};

const passwordSchema = z.strictObject({
  algorithm: z.literal('scrypt'),
  cost: z.int().min(2).max(1_048_576),
  blockSize: z.int().min(1).max(16),
  parallelization: z.int().min(1).max(16),
  salt: z.base64(),
  key: z.base64(),
});

const scramSchema = z.strictObject({
  iterations: z.int().min(4_096).max(10_000_000),
  salt: z.base64(),
  storedKey: z.base64(),
  serverKey: z.base64(),
});

const userSchema = z.object({
  role: z.string(),
  password: passwordSchema,
  scram: scramSchema,
  createdAt: z.iso.datetime(),
  networks: z.array(z.string()).optional(),
  places: z.array(z.string()).optional(),
}) satisfies z.ZodType<User>;

const makerSchema = z.object({ account: z.string(), generation: z.string(), role: z.string() });

const tokenSchema = z.object({
  hash: z.string(),
  role: z.string(),
  generation: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().optional(),
  usedAt: z.iso.datetime().optional(),
  maker: makerSchema.optional(),
  seat: z.object({ nickname: z.string() }).optional(),
}) satisfies z.ZodType<Token>;

const loginSchema = z.object({
  account: z.string(),
  generation: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  owner: z
    .object({ name: z.string(), role: z.string(), accountId: z.string(), credentialIds: z.array(z.string()) })
    .optional(),
  network: z.string().optional(),
}) satisfies z.ZodType<Login>;

/** All users, tokens and logins, by name or hash. */
export interface Records {
  readonly users: ReadonlyMap<string, User>;
  readonly tokens: ReadonlyMap<string, Token>;
  readonly logins: ReadonlyMap<string, Login>;
}

export const NO_RECORDS: Records = { users: new Map(), tokens: new Map(), logins: new Map() };

/** All records as of one moment. Rejects as the vault does, and with `store/damaged` if a record does not match its schema. */
export async function readRecords(vault: Pick<Vault, 'read'>): Promise<Records> {
  const { users, tokens, logins } = await vault.read();
  return {
    users: parseAll(users, userSchema),
    tokens: parseAll(tokens, tokenSchema),
    logins: parseAll(logins, loginSchema),
  };
}

/** Throws `store/damaged`. */
export function parseToken(name: string, record: unknown): Token {
  return parseRecord(name, record, tokenSchema);
}

/** A value that changes with a user's password. */
export function generationOf({ password }: User): string {
  return password.salt;
}

/** `token` is the MQTT user whose password is a token; `anyone` is a client of an open hub. */
export const RESERVED_NAMES: ReadonlySet<string> = new Set(['token', ANYONE]);

/** Includes combining marks: many scripts cannot write a name without them. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.@-]{0,63}$/u;

/** The normal form of a user's or token's name, which is safe as a part of a topic level. Throws `option/invalid`. */
export function parseAccountName(value: unknown): string {
  const name = typeof value === 'string' ? normalizeName(value) : '';
  if (!RESERVED_NAMES.has(name) && NAME.test(name)) return name;
  const reason = RESERVED_NAMES.has(name)
    ? `the name ${quote(name)} is reserved; choose another`
    : `${quote(value)} is not a valid name: use 1 to 64 letters, digits, "_", ".", "@" or "-", starting with a letter or digit`;
  throw new HubError('option/invalid', reason);
}

/** The text as an account name: a hash replaces the end if it is too long or has other characters. */
export function toAccountName(text: string): string {
  const normal = normalizeName(text);
  if (NAME.test(normal)) return normal;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const start = [...normal.replace(/[^\p{L}\p{M}\p{N}_.@-]/gu, '_')].slice(0, 64 - hash.length - 1);
  return `${start.join('')}-${hash}`;
}

/** The form in which a name is looked up (Unicode NFKC, as RFC 4013 asks). */
export function normalizeName(name: string): string {
  return name.normalize('NFKC');
}

function parseAll<T>(records: ReadonlyMap<string, unknown>, schema: z.ZodType<T>): Map<string, T> {
  return new Map([...records].map(([key, record]) => [key, parseRecord(key, record, schema)] as const));
}

function parseRecord<T>(key: string, record: unknown, schema: z.ZodType<T>): T {
  const { data, error } = schema.safeParse(record);
  if (!error) return data;
  const reason = `is not in this version's format: ${describeIssues(error)}`;
  throw new HubError('store/damaged', `the record of ${quote(key)} ${reason}`, { cause: error });
}
