import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { z } from 'zod';
import { HubError } from '../../core/error.ts';
import { formatAttributes, parseClientFinal, parseClientFirst } from './scram-message.ts';

/** The mechanism's registered name (RFC 7677). */
export const SCRAM_METHOD = 'SCRAM-SHA-256';

/** What is kept to check a password by SCRAM: enough to know that the client has it, not enough to be the client (RFC 5802, 3). */
export const scramKeysSchema = z.strictObject({
  iterations: z.number().int().min(4_096).max(10_000_000),
  salt: z.base64(),
  storedKey: z.base64(),
  serverKey: z.base64(),
});

type ScramKeys = z.infer<typeof scramKeysSchema>;

/** RFC 7677 asks for at least 4,096; the client does this work too, so small boards bound it from above. */
const SCRAM_ITERATIONS = 100_000;

const SALT_BYTES = 16;
const NONCE_BYTES = 18;

const derive = promisify(pbkdf2);

/** Makes what is kept of a prepared password (RFC 5802, 3). */
export async function deriveScramKeys(
  password: string,
  { salt = randomBytes(SALT_BYTES), iterations = SCRAM_ITERATIONS } = {},
): Promise<ScramKeys> {
  const saltedPassword = await derive(password, salt, iterations, 32, 'sha256');
  return {
    iterations,
    salt: salt.toString('base64'),
    storedKey: sha256(hmac(saltedPassword, 'Client Key')).toString('base64'),
    serverKey: hmac(saltedPassword, 'Server Key').toString('base64'),
  };
}

/** Keys that no password fits, the same for a name each time: one who does not exist cannot be told from one who does. */
export function decoyScramKeys(name: string, secret: Uint8Array): ScramKeys {
  const salt = hmac(secret, `salt of ${name}`).subarray(0, SALT_BYTES).toString('base64');
  const random = () => randomBytes(32).toString('base64');
  return { iterations: SCRAM_ITERATIONS, salt, storedKey: random(), serverKey: random() };
}

interface ScramServerOptions {
  /** The keys of a user, or some that nothing fits. Called once. */
  readonly keysOf: (user: string) => Promise<ScramKeys>;
  readonly createNonce?: () => string;
}

/** What the server says, and, after its last message, for whom the exchange has succeeded. */
interface ScramStep {
  readonly message: string;
  readonly user: string | undefined;
}

interface Begun {
  readonly user: string;
  readonly keys: ScramKeys;
  readonly nonce: string;
  readonly gs2Header: string;
  /** The two first messages, as they go into the signatures. */
  readonly transcript: string;
}

/** The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding: two messages each way. */
export class ScramServer {
  /** Who the client says to be; known from its first message on. */
  user: string | undefined;
  readonly #options: ScramServerOptions;
  #begun: Begun | undefined;
  #steps = 0;

  constructor(options: ScramServerOptions) {
    this.#options = options;
  }

  /** Takes the client's next message. Rejects with `protocol/violation` where it is malformed, `auth/denied` where the proof is wrong. */
  async step(message: string): Promise<ScramStep> {
    const step = this.#steps++;
    if (step === 0) return this.#answerFirst(message);
    const begun = this.#begun;
    if (step > 1 || !begun) throw new HubError('protocol/violation', 'the SCRAM exchange is over');
    return answerFinal(message, begun);
  }

  async #answerFirst(message: string): Promise<ScramStep> {
    const { user, nonce: clientNonce, gs2Header, bare } = parseClientFirst(message);
    this.user = user;
    const { keysOf, createNonce = defaultNonce } = this.#options;
    const keys = await keysOf(user);
    const nonce = clientNonce + createNonce();
    const answer = formatAttributes({ r: nonce, s: keys.salt, i: String(keys.iterations) });
    this.#begun = { user, keys, nonce, gs2Header, transcript: `${bare},${answer}` };
    return { message: answer, user: undefined };
  }
}

function answerFinal(message: string, { user, keys, nonce, gs2Header, transcript }: Begun): ScramStep {
  const final = parseClientFinal(message);
  const isSameExchange = final.nonce === nonce && final.channelBinding === gs2Header;
  const signed = `${transcript},${final.withoutProof}`;
  const storedKey = Buffer.from(keys.storedKey, 'base64');
  const clientKey = xor(final.proof, hmac(storedKey, signed));
  if (!equal(sha256(clientKey), storedKey) || !isSameExchange) {
    throw new HubError('auth/wrong', 'user name or password is wrong');
  }
  const signature = hmac(Buffer.from(keys.serverKey, 'base64'), signed);
  return { message: formatAttributes({ v: signature.toString('base64') }), user };
}

function defaultNonce(): string {
  return randomBytes(NONCE_BYTES).toString('base64');
}

function sha256(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

function hmac(key: Uint8Array, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

function xor(one: Uint8Array, other: Uint8Array): Uint8Array {
  return other.map((byte, index) => byte ^ (one[index] ?? 0));
}
