import type { Authenticator, Credentials, Remote } from '../access.ts';

/** A client that an embedder's function has authenticated. */
export interface Identity {
  /** Unique among all users and tokens of the hub; see `Principal.name`. */
  readonly name: string;
  /** One of the hub's roles. A role that does not exist allows nothing. */
  readonly role: string;
}

/** Resolves to `undefined` to leave the credentials to the next authenticator; rejects with `auth/wrong`. Must limit guesses itself. */
export type Identify = (credentials: Credentials, remote: Remote) => Promise<Identity | undefined>;

/**
 * An authenticator from a function, for accounts in LDAP or a web site's own sessions. Its principals have the credential ids `<kind>:<name>`
 * and `role:<role>`: a change of their role disconnects them. `kind` must not be one of the hub's own: `user`, `token`, `login`, `role`. A
 * browser stays logged in for a month, unless an `ended$` that you add says that `<kind>:<name>` is gone.
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
