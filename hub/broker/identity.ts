import type { Logger } from 'pino';
import { NEVER } from 'rxjs';
import {
  type Access,
  type Credentials,
  EVERYONE,
  type Owner,
  type Principal,
  type Remote,
} from '../access/access.ts';
import { HubError, toHubError } from '../core/error.ts';
import { ALL_RIGHTS, isReservedTopic, type Permissions, type Rights } from '../core/rights.ts';

/** A client that an embedder knows. The methods are called for each message, so they must answer at once. */
export interface Identity {
  /** Owns sessions: only clients of the same name may resume them. */
  readonly name: string;
  /** Default: every topic but `$SYS/…`, which nobody may publish to. */
  mayPublish?(topic: string): boolean;
  /** Whether a subscription may be made with a filter (without `$share/<group>/`). Default: any. */
  maySubscribe?(filter: string): boolean;
  /** Whether messages of a topic may reach the client. Default: all. */
  mayRead?(topic: string): boolean;
  /** The same as filters, for pages that show what their visitor may do. Default: everything. */
  readonly permissions?: Permissions;
}

/**
 * Resolves to the client's identity, whose name is not empty; `undefined`, `null`, `false` refuse it. A rejection with a `HubError` (`auth/wrong`, `auth/denied`,
 * `limit/exceeded`) goes to the client. Any other rejection is logged, and the client is refused.
 */
export type Authenticate<I extends Identity> = (
  credentials: Credentials,
  remote: Remote,
) => Promise<I | null | undefined> | I | null | undefined;

/** A principal with the identity behind it. */
class IdentifiedPrincipal implements Principal {
  readonly role = 'identity';
  readonly how = 'embedder';
  readonly accountId = '';
  readonly generation = '';
  readonly name: string;
  readonly credentialIds: readonly string[];
  readonly identity: Identity;

  constructor(identity: Identity) {
    this.identity = identity;
    this.name = identity.name;
    this.credentialIds = [`embedder:${identity.name}`];
  }
}

/** Returns the identity that `authenticate` gave a client. A client that was not asked gets the identity of everybody. */
export function identityOf(principal: Principal): Identity {
  return principal instanceof IdentifiedPrincipal ? principal.identity : EVERYBODY;
}

const EVERYBODY: Identity = { name: EVERYONE.name };

/** Access by an embedder's function. The owners of stored sessions keep what they had; their rights are asked once they are back. */
export function createIdentityAccess(authenticate: Authenticate<Identity>, log: Logger): Access {
  const access = {
    refused: 0,
    ended$: NEVER,
    beginExchange: () => undefined,
    recognize: <O>(owner: O) => owner,
    rightsOf: (owner: Owner) =>
      owner instanceof IdentifiedPrincipal ? new IdentityRights(owner.identity, log) : ALL_RIGHTS,
    async authenticate(credentials: Credentials, remote: Remote): Promise<Principal> {
      try {
        return new IdentifiedPrincipal(checked(await authenticate(credentials, remote), credentials));
      } catch (thrown) {
        access.refused++;
        throw toRefusal(thrown);
      }
    },
  };
  return access;
}

/** A value that is not an identity lets nobody in: programs in JavaScript answer `false` or an empty string, too. */
function checked(answer: Identity | null | undefined, credentials: Credentials): Identity {
  if (!answer) return refuse(credentials);
  const { name }: { name: unknown } = answer;
  if (typeof name === 'string' && name !== '') return answer;
  throw new TypeError('authenticate must return an identity with a name, or nothing');
}

function refuse(credentials: Credentials): never {
  if (Object.keys(credentials).length > 0) throw new HubError('auth/wrong', 'these credentials are wrong');
  throw new HubError('auth/required', 'this broker requires authentication');
}

/** An unknown error may hold a secret, so the client gets to know only that there was one. The gateway logs the cause. */
function toRefusal(thrown: unknown): HubError {
  if (thrown instanceof HubError) return thrown;
  return new HubError('internal', 'the authentication failed', { cause: thrown });
}

/** The rights of an identity. If its function throws, nothing is allowed, as no delivery may fail because of it. */
class IdentityRights implements Rights {
  readonly #identity: Identity;
  readonly #log: Logger;

  constructor(identity: Identity, log: Logger) {
    this.#identity = identity;
    this.#log = log;
  }

  get permissions(): Permissions {
    return this.#identity.permissions ?? ALL_RIGHTS.permissions;
  }

  mayPublish(topic: string): boolean {
    if (isReservedTopic(topic)) return false;
    return this.#ask('mayPublish', topic);
  }

  maySubscribe(path: string): boolean {
    return this.#ask('maySubscribe', path);
  }

  mayRead(topic: string): boolean {
    return this.#ask('mayRead', topic);
  }

  #ask(what: 'mayPublish' | 'maySubscribe' | 'mayRead', topic: string): boolean {
    try {
      // Nothing but true allows: a promise, or an answer that was forgotten, does not.
      return this.#identity[what] === undefined || this.#identity[what](topic) === true;
    } catch (thrown) {
      this.#log.error(
        { err: toHubError(thrown), name: this.#identity.name },
        'the rights of a client could not be checked',
      );
      return false;
    }
  }
}
