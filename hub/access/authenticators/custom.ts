import type { Authenticator, Credentials, Remote } from '../access.ts';

/** A client that an embedder's function has let in. */
export interface Identity {
  /** Unique among all users and tokens of the hub; see `Principal.name`. */
  readonly name: string;
  /** One of the hub's roles. A role that does not exist allows nothing. */
  readonly role: string;
}

/**
 * Resolves to `undefined` if the credentials are not its to judge; the next authenticator then looks at them. Rejects with a `HubError`
 * `auth/wrong` if they are wrong. Limiting guesses is up to the function.
 */
export type Identify = (credentials: Credentials, remote: Remote) => Promise<Identity | undefined>;

/**
 * An authenticator from a function: accounts in LDAP, a web site's own sessions. Its principals have the credential ids `<kind>:<name>` and
 * `role:<role>`, so that they are disconnected when their role changes; `kind` must be none of the hub's own: `user`, `token`, `login`, `role`.
 * A browser stays logged in for a month, unless an `ended$` that you add says that `<kind>:<name>` is gone.
 */
export function createAuthenticator(kind: string, identify: Identify): Authenticator {
  return {
    kind,
    async identify(credentials, remote) {
      const identity = await identify(credentials, remote);
      if (!identity) return undefined;
      const { name, role } = identity;
      const credentialIds = [`${kind}:${name}`, `role:${role}`];
      return { name, role, how: kind, accountId: '', credentialIds, generation: '' };
    },
  };
}
