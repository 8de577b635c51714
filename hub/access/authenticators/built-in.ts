import type { Logger } from 'pino';
import type { Authenticator } from '../access.ts';
import type { Directory } from '../accounts/directory.ts';
import type { GuessLimiter } from '../guesses/guess-limiter.ts';
import type { Vault } from '../vault/vault.ts';
import { createCertificateAuthenticator } from './certificate.ts';
import { createLoginAuthenticator } from './login.ts';
import { PasswordAuthenticator } from './password.ts';
import { ScramAuthenticator } from './scram.ts';
import { TokenAuthenticator } from './token.ts';

/** The parts of access control that an authenticator of the hub's own accounts may use. */
export interface AuthenticatorParts {
  readonly vault: Vault;
  readonly directory: Directory;
  readonly guesses: GuessLimiter;
  readonly decoySecret: () => Promise<Uint8Array>;
  /** The time of day, milliseconds. */
  readonly now: () => number;
  /** A monotonic clock, milliseconds. */
  readonly elapsedMs: () => number;
  readonly log: Logger;
}

/** Creates an authenticator of the hub's own accounts. */
export type CreateAuthenticator = (parts: AuthenticatorParts) => Authenticator;

/** The ways to prove that one has an account of the hub, in the order in which they are asked. */
export const BUILT_IN_AUTHENTICATORS: readonly CreateAuthenticator[] = [
  (parts) => new TokenAuthenticator(parts),
  (parts) => new PasswordAuthenticator(parts),
  ({ directory }) => createLoginAuthenticator(directory),
  ({ directory }) => createCertificateAuthenticator(directory),
  (parts) => new ScramAuthenticator(parts),
];
