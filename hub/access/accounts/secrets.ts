import {
  createHash,
  createHmac,
  pbkdf2,
  randomBytes,
  type ScryptOptions,
  scrypt,
  timingSafeEqual,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { Logger } from 'pino';
import { z } from 'zod';
import { HubError } from '../../core/error.ts';
import type { Vault } from '../vault/vault.ts';

/** A stored password: scrypt's result (RFC 7914) with its parameters, so that old records still verify when the parameters rise. */
export interface PasswordHash {
  readonly algorithm: 'scrypt';
  /** scrypt's N: a power of two. Memory is 128 · N · r bytes. */
  readonly cost: number;
  /** scrypt's r. */
  readonly blockSize: number;
  /** scrypt's p. */
  readonly parallelization: number;
  /** Base64, like the key. */
  readonly salt: string;
  readonly key: string;
}

/** Keys that verify a password over SCRAM, in Base64. They do not suffice to log in as the client (RFC 5802, 3). */
export interface ScramKeys {
  readonly iterations: number;
  readonly salt: string;
  readonly storedKey: string;
  readonly serverKey: string;
}

type ScryptCost = Pick<PasswordHash, 'cost' | 'blockSize' | 'parallelization'>;

/** 32 MiB, and as much work as N = 2^17 with p = 1 (OWASP Password Storage Cheat Sheet). */
const SCRYPT_COST: ScryptCost = { cost: 2 ** 15, blockSize: 8, parallelization: 3 };

/** RFC 7677 asks for at least 4,096. The client does this work too, so small boards limit it. */
const SCRAM_ITERATIONS = 100_000;

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** NIST SP 800-63B: at least 8 characters and no composition rules. The maximum bounds the work. */
const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 256;

/** 160 bits: too many to guess. */
const SECRET_BYTES = 20;

const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** A new random secret in characters that links, headers and QR codes carry unchanged. */
export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** The stored form of a random secret. A fast hash is enough, because 160 random bits cannot be searched. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Checks a new password and returns it in its normal form. Throws `option/invalid`. */
export function parseNewPassword(text: string): string {
  const password = preparePassword(text);
  if (password === undefined) throw invalid('a password must not have control characters');
  const { length } = [...password];
  if (length < MIN_CHARACTERS) throw invalid(`a password must have at least ${MIN_CHARACTERS} characters`);
  if (length > MAX_CHARACTERS) throw invalid(`a password may have at most ${MAX_CHARACTERS} characters`);
  return password;
}

/** The normal form of a password: SASLprep (RFC 4013) without its checks for bidirectional and unassigned characters. `undefined` if it is invalid. */
export function preparePassword(text: string): string | undefined {
  if (text.length > 4 * MAX_CHARACTERS || !text.isWellFormed()) return undefined;
  const mapped = text
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu, ' ') // RFC 3454, C.1.2
    .replace(/[\u00AD\u1806\u200C\u2060\uFEFF]|\u200D|\u034F|[\u180B-\u180D]|[\uFE00-\uFE0F]/gu, ''); // RFC 3454, B.1
  const prepared = mapped.normalize('NFKC');
  return prepared === '' || /[\p{Cc}\p{Co}\u2028\u2029]/u.test(prepared) ? undefined : prepared;
}

/** Hashes a prepared password. */
export async function hashPassword(password: string, cost: ScryptCost = SCRYPT_COST): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, cost);
  return { algorithm: 'scrypt', ...cost, salt: salt.toString('base64'), key: key.toString('base64') };
}

/** Whether a password matches its hash. The time does not depend on how much of it is right. */
export async function isPassword(text: string, hash: PasswordHash): Promise<boolean> {
  const password = preparePassword(text);
  const wanted = Buffer.from(hash.key, 'base64');
  const key = await derive(password ?? '', Buffer.from(hash.salt, 'base64'), hash);
  return key.length === wanted.length && timingSafeEqual(key, wanted) && password !== undefined;
}

/** A hash that no password matches. It costs as much to check as `like`, so that an unknown user takes as long to refuse as a known one. */
export function createDecoyHash(like: ScryptCost = SCRYPT_COST): PasswordHash {
  const random = (bytes: number) => randomBytes(bytes).toString('base64');
  const { cost, blockSize, parallelization } = like;
  const salt = random(SALT_BYTES);
  return { algorithm: 'scrypt', cost, blockSize, parallelization, salt, key: random(KEY_BYTES) };
}

/** Derives the SCRAM keys of a prepared password (RFC 5802, 3). */
export async function deriveScramKeys(
  password: string,
  { salt = randomBytes(SALT_BYTES), iterations = SCRAM_ITERATIONS } = {},
): Promise<ScramKeys> {
  const saltedPassword = await derivePbkdf2(password, salt, iterations, KEY_BYTES, 'sha256');
  return {
    iterations,
    salt: salt.toString('base64'),
    storedKey: sha256(hmac(saltedPassword, 'Client Key')).toString('base64'),
    serverKey: hmac(saltedPassword, 'Server Key').toString('base64'),
  };
}

/** Keys that no password matches. The salt is the same for a name each time, so that an unknown user looks like a known one. */
export function decoyScramKeys(
  name: string,
  secret: Uint8Array,
  { iterations }: Pick<ScramKeys, 'iterations'> = { iterations: SCRAM_ITERATIONS },
): ScramKeys {
  const salt = hmac(secret, `salt of ${name}`).subarray(0, SALT_BYTES).toString('base64');
  const random = () => randomBytes(KEY_BYTES).toString('base64');
  return { iterations, salt, storedKey: random(), serverKey: random() };
}

export function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

export function hmac(key: Uint8Array, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function derive(password: string, salt: Buffer, parameters: ScryptCost): Promise<Buffer> {
  const { cost, blockSize, parallelization } = parameters;
  // Node's default of 32 MiB is just too small; the schema bounds the parameters.
  const maxmem = 256 * cost * blockSize;
  return deriveScrypt(password, salt, KEY_BYTES, { cost, blockSize, parallelization, maxmem });
}

function invalid(message: string): HubError {
  return new HubError('option/invalid', message);
}

interface KeptSecretOptions {
  readonly vault: Vault;
  readonly key: string;
  readonly log: Logger;
}

const BYTES = 32;

const schema = z.object({ secret: z.base64().length(Math.ceil(BYTES / 3) * 4) });

/** A secret of the hub's own, 32 bytes, created when it is first needed. It outlives the process, unless the vault cannot be used. */
export function createKeptSecret(options: KeptSecretOptions): () => Promise<Uint8Array> {
  let secret: Promise<Uint8Array> | undefined;
  return () => {
    secret ??= readOrMake(options);
    return secret;
  };
}

async function readOrMake({ vault, key, log }: KeptSecretOptions): Promise<Uint8Array> {
  const made = randomBytes(BYTES);
  const record = { secret: made.toString('base64') };
  try {
    await vault.update('secrets', key, (found) =>
      schema.safeParse(found.secrets).success ? undefined : record,
    );
    return Buffer.from(schema.parse(await vault.get('secrets', key)).secret, 'base64');
  } catch (error) {
    log.warn({ err: error }, 'a secret of the hub could not be stored: the next start makes another');
    return made;
  }
}
