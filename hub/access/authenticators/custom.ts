import type { Logger } from 'pino';
import { catchError, EMPTY } from 'rxjs';
import { HubError } from '../../core/error.ts';
import type { Authenticator, Credentials, Remote } from '../access.ts';

/** A client that an embedder's function has authenticated. */
export interface Identity {
  /** Unique among all users and tokens of the hub; see `Principal.name`. */
  readonly name: string;
  /** One of the hub's roles. A role that does not exist allows nothing. */
  readonly role: string;
}

/** Resolves to `undefined` to leave the credentials to the next authenticator; rejects with `auth/wrong`. It must limit guesses itself. */
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

/**
 * Contains an authenticator's faults: errors other than a `HubError` are logged, and the credentials are left to the next
 * authenticator, so that clients with an account of the hub can still connect.
 */
export function containAuthenticator(authenticator: Authenticator, log: Logger): Authenticator {
  const { kind } = authenticator;
  const report = (thrown: unknown) => {
    if (thrown instanceof HubError) throw thrown;
    log.error({ err: thrown, authenticator: kind }, `the authenticator ${kind} failed`);
    return undefined;
  };
  return {
    kind,
    async identify(credentials, remote) {
      try {
        return await authenticator.identify?.(credentials, remote);
      } catch (thrown) {
        return report(thrown);
      }
    },
    beginExchange(method, remote) {
      try {
        return authenticator.beginExchange?.(method, remote);
      } catch (thrown) {
        return report(thrown);
      }
    },
    ended$: (authenticator.ended$ ?? EMPTY).pipe(
      catchError((err: unknown) => {
        log.error(
          { err, authenticator: kind },
          `the authenticator ${kind} no longer reports ended credentials`,
        );
        return EMPTY;
      }),
    ),
  };
}
