import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { HubError } from '../../core/error.ts';

/**
 * A password as it is kept: scrypt's result with the parameters that made it (RFC 7914). They stand in the record, so that they
 * can rise and old passwords still be checked.
 */
export const passwordHashSchema = z.strictObject({
  algorithm: z.literal('scrypt'),
  /** scrypt's N: a power of two. The memory is 128 · N · r bytes. */
  cost: z
    .number()
    .int()
    .min(2)
    .max(2 ** 20),
  /** scrypt's r. */
  blockSize: z.number().int().min(1).max(16),
  /** scrypt's p. */
  parallelization: z.number().int().min(1).max(16),
  salt: z.base64(),
  key: z.base64(),
});

export type PasswordHash = z.infer<typeof passwordHashSchema>;

/** What scrypt costs: 32 MiB and, as OWASP's password storage cheat sheet has it, as much work as N = 2^17 would be. */
const PARAMETERS = { cost: 2 ** 15, blockSize: 8, parallelization: 3 };

const SALT_BYTES = 16;
const KEY_BYTES = 32;

/** NIST SP 800-63B: at least 8 characters, no rules on which; and a bound on the work. */
const MIN_CHARACTERS = 8;
const MAX_CHARACTERS = 256;

/** Checks a password that somebody wants to have, and returns it in the form in which it is kept. Throws `option/invalid`. */
export function parseNewPassword(text: string): string {
  const password = preparePassword(text);
  if (password === undefined) throw invalid('a password may have no control characters');
  const { length } = [...password];
  if (length < MIN_CHARACTERS) throw invalid(`a password has at least ${MIN_CHARACTERS} characters`);
  if (length > MAX_CHARACTERS) throw invalid(`a password has at most ${MAX_CHARACTERS} characters`);
  return password;
}

/**
 * A password in one form however it was typed, or `undefined` where it can be none. RFC 4013 (SASLprep), but for its bidirectional
 * checks and its table of unassigned characters, which keep nothing out that would harm.
 */
export function preparePassword(text: string): string | undefined {
  if (text.length > 4 * MAX_CHARACTERS || !text.isWellFormed()) return undefined;
  const mapped = text
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/gu, ' ') // RFC 3454, C.1.2
    .replace(/[\u00AD\u1806\u200C\u2060\uFEFF]|\u200D|\u034F|[\u180B-\u180D]|[\uFE00-\uFE0F]/gu, ''); // RFC 3454, B.1
  const prepared = mapped.normalize('NFKC');
  return prepared === '' || /[\p{Cc}\p{Co}\u2028\u2029]/u.test(prepared) ? undefined : prepared;
}

/** Makes what is kept of a prepared password. */
export async function hashPassword(
  password: string,
  parameters: Parameters = PARAMETERS,
): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, parameters);
  return { algorithm: 'scrypt', ...parameters, salt: salt.toString('base64'), key: key.toString('base64') };
}

/** Whether a password is the one that was kept, in a time that does not depend on how much of it is right. */
export async function isPassword(text: string, hash: PasswordHash): Promise<boolean> {
  const password = preparePassword(text);
  const wanted = Buffer.from(hash.key, 'base64');
  const key = await derive(password ?? '', Buffer.from(hash.salt, 'base64'), hash);
  return key.length === wanted.length && timingSafeEqual(key, wanted) && password !== undefined;
}

/** The hash of a password that nobody knows, so that one who does not exist is refused at the same cost as one who does. */
export function createDecoyHash(): PasswordHash {
  const random = (bytes: number) => randomBytes(bytes).toString('base64');
  return { algorithm: 'scrypt', ...PARAMETERS, salt: random(SALT_BYTES), key: random(KEY_BYTES) };
}

type Parameters = Pick<PasswordHash, 'cost' | 'blockSize' | 'parallelization'>;

function derive(
  password: string,
  salt: Buffer,
  { cost, blockSize, parallelization }: Parameters,
): Promise<Buffer> {
  // Node's default of 32 MiB is just too small; the schema bounds what the parameters can ask for.
  const maxmem = 256 * cost * blockSize;
  const options: ScryptOptions = { cost, blockSize, parallelization, maxmem };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, KEY_BYTES, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function invalid(message: string): HubError {
  return new HubError('option/invalid', message);
}
