import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HubError } from '../../core/error.ts';
import type { Authenticator, Exchange, Principal, Remote } from '../access.ts';
import type { Directory } from '../accounts/directory.ts';
import { generationOf, normalizeName } from '../accounts/records.ts';
import { decoyScramKeys, hmac, type ScramKeys, sha256 } from '../accounts/secrets.ts';
import type { GuessLimiter } from '../guesses/guess-limiter.ts';

interface ScramOptions {
  readonly directory: Directory;
  readonly guesses: GuessLimiter;
  /** The secret from which the salts of unknown users are made. */
  readonly decoySecret: () => Promise<Uint8Array>;
}

/** The mechanism's registered name (RFC 7677). */
const METHOD = 'SCRAM-SHA-256';

const KIND = 'scram';

/** Authenticates users by SCRAM-SHA-256. Guesses count like those of passwords, and an unknown user looks like a known one. */
export function createScramAuthenticator(options: ScramOptions): Authenticator {
  const beginExchange = (method: string, remote: Remote) =>
    method === METHOD ? { step: createSteps(options, remote) } : undefined;
  return { kind: KIND, beginExchange };
}

function createSteps({ directory, guesses, decoySecret }: ScramOptions, remote: Remote): Exchange['step'] {
  let generation = '';
  /** Waits for the same things whether the user exists or not. */
  const keysOf = async (typed: string) => {
    const name = normalizeName(typed);
    const secret = await decoySecret();
    const user = directory.user(name);
    generation = user ? generationOf(user) : '';
    return user?.scram ?? decoyScramKeys(name, secret, directory.anyUser?.scram);
  };
  const server = new ScramServer({ keysOf });
  return async (bytes) => {
    const name = normalizeName(server.user ?? '');
    if (name !== '') guesses.check(name, remote); // Other attempts may have failed since the previous message.
    try {
      const { message, user } = await server.step(decode(bytes));
      if (user !== undefined) guesses.succeeded(name, remote);
      const principal = user === undefined ? undefined : principalOf(directory, name, generation);
      return { data: Buffer.from(message), principal };
    } catch (error) {
      if (error instanceof HubError && error.code === 'auth/wrong') guesses.failed(name, remote);
      throw error;
    }
  };
}

function principalOf(directory: Directory, name: string, generation: string): Principal {
  const principal = directory.principal(`user:${name}`, KIND, generation);
  if (principal) return principal;
  throw new HubError('auth/denied', 'the user was removed, or has another password');
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new HubError('protocol/violation', 'a SCRAM message must be UTF-8 text', { cause });
  }
}

const NONCE_BYTES = 18;

interface ScramServerOptions {
  /** The keys of a user, or decoys. Called once. */
  readonly keysOf: (user: string) => Promise<ScramKeys>;
  readonly createNonce?: () => string;
}

/** The server's next message and, with its last one, the authenticated user. */
interface ScramStep {
  readonly message: string;
  readonly user: string | undefined;
}

/** The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), without channel binding: two messages in each direction. */
export class ScramServer {
  /** The user that the client names in its first message. */
  user: string | undefined;
  readonly #options: ScramServerOptions;
  #answer = (message: string): Promise<ScramStep> => this.#answerFirst(message);

  constructor(options: ScramServerOptions) {
    this.#options = options;
  }

  /** Takes the client's next message. Rejects with `protocol/violation` if it is malformed, `auth/wrong` if the proof is wrong. */
  step(message: string): Promise<ScramStep> {
    const answer = this.#answer;
    this.#answer = async () => {
      throw violation('the SCRAM exchange is over');
    };
    return answer(message);
  }

  async #answerFirst(message: string): Promise<ScramStep> {
    const { keysOf, createNonce = () => randomBytes(NONCE_BYTES).toString('base64') } = this.#options;
    const { user, ...first } = parseClientFirst(message);
    this.user = user;
    const keys = await keysOf(user);
    const nonce = first.nonce + createNonce();
    const answer = `r=${nonce},s=${keys.salt},i=${keys.iterations}`;
    this.#answer = async (final) => {
      const { withoutProof, proof, ...repeated } = parseClientFinal(final);
      const signed = `${first.bare},${answer},${withoutProof}`;
      const isSameExchange = repeated.nonce === nonce && repeated.gs2Header === first.gs2Header;
      if (!isProof(proof, keys, signed) || !isSameExchange)
        throw new HubError('auth/wrong', 'user name or password is wrong');
      const signature = hmac(Buffer.from(keys.serverKey, 'base64'), signed);
      return { message: `v=${signature.toString('base64')}`, user };
    };
    return { message: answer, user: undefined };
  }
}

/** Whether the client knows the key whose hash the server stores. */
function isProof(proof: Uint8Array, keys: ScramKeys, signed: string): boolean {
  const storedKey = Buffer.from(keys.storedKey, 'base64');
  const signature = hmac(storedKey, signed);
  const clientKey = signature.map((byte, index) => byte ^ (proof[index] ?? 0));
  const hash = sha256(clientKey);
  return hash.length === storedKey.length && timingSafeEqual(hash, storedKey);
}

/** Longer than any honest message, and cheap to refuse. */
const MAX_LENGTH = 4_096;

const PROOF_BYTES = 32;

/** `client-first-message` (RFC 5802, 7): `bare` is the message after its GS2 header. Throws `protocol/violation`. */
function parseClientFirst(message: string) {
  // gs2-cbind-flag: "y": the client could bind, but saw that we do not offer it; "p=": it requires it.
  const parts =
    /^(?<gs2Header>[ny],(?:a=(?<identity>[^,]*))?,)(?<bare>n=(?<name>[^,]+),r=(?<nonce>[^,]+)(?:,.*)?)$/s;
  const found = parts.exec(checkLength(message))?.groups;
  if (!found && message.startsWith('p='))
    throw violation('channel binding is not supported; use SCRAM-SHA-256 without it');
  if (!found) throw violation('the first SCRAM message must be "n,,n=<user>,r=<nonce>"');
  const { gs2Header = '', bare = '', identity = '', name = '', nonce = '' } = found;
  const user = parseSaslName(name);
  if (identity !== '' && parseSaslName(identity) !== user)
    throw violation('a client may not act in the name of another user ("a=")');
  if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(nonce))
    throw violation('a nonce may have only printable ASCII characters');
  return { user, nonce, gs2Header, bare };
}

/** `client-final-message` (RFC 5802, 7): it repeats the GS2 header. Throws `protocol/violation`. */
function parseClientFinal(message: string) {
  const parts = /^(?<withoutProof>c=(?<binding>[^,]*),r=(?<nonce>[^,]+)(?:,.*)?),p=(?<proof>[^,]+)$/s;
  const found = parts.exec(checkLength(message))?.groups;
  if (!found) throw violation('the final SCRAM message must be "c=…,r=…,p=…"');
  const { withoutProof = '', binding = '', nonce = '' } = found;
  const proof = Buffer.from(found.proof ?? '', 'base64');
  if (proof.length !== PROOF_BYTES)
    throw violation(`a SCRAM proof must have ${PROOF_BYTES} bytes, not ${proof.length}`);
  return { gs2Header: Buffer.from(binding, 'base64').toString('utf8'), nonce, proof, withoutProof };
}

/** `saslname`: `,` and `=` are written `=2C` and `=3D`. */
function parseSaslName(text: string): string {
  if (/=(?!2C|3D)/.test(text)) throw violation('a user name may have "=" only in "=2C" and "=3D"');
  return text.replaceAll('=2C', ',').replaceAll('=3D', '=');
}

function checkLength(message: string): string {
  if (message.length <= MAX_LENGTH) return message;
  throw violation(`a SCRAM message may have at most ${MAX_LENGTH} characters`);
}

function violation(message: string): HubError {
  return new HubError('protocol/violation', message);
}
