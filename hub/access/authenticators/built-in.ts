import type { Authenticator } from '../access.ts';
import type { AccessContext } from '../accounts/directory.ts';
import type { GuessLimiter } from '../guesses/guess-limiter.ts';
import { createCertificateAuthenticator } from './certificate.ts';
import { createLoginAuthenticator } from './login.ts';
import { PasswordAuthenticator } from './password.ts';
import { createScramAuthenticator } from './scram.ts';
import { createTokenAuthenticator } from './token.ts';

/** The parts of access control that an authenticator of the hub's own accounts may use. */
export interface AuthenticatorParts extends AccessContext {
  readonly guesses: GuessLimiter;
  readonly decoySecret: () => Promise<Uint8Array>;
}

/** Creates an authenticator of the hub's own accounts. */
export type CreateAuthenticator = (parts: AuthenticatorParts) => Authenticator;

/** The ways to authenticate with an account of the hub, in the order in which they are asked. */
export const BUILT_IN_AUTHENTICATORS: readonly CreateAuthenticator[] = [
  createTokenAuthenticator,
  (parts) => new PasswordAuthenticator(parts),
  ({ directory }) => createLoginAuthenticator(directory),
  ({ directory }) => createCertificateAuthenticator(directory),
  createScramAuthenticator,
];
