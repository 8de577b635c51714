import type { Permissions, Rights } from '../../core/rights.ts';
import type { Access } from '../access.ts';

/** The same access, but no client may publish to the reserved topics, whatever its role. The hub's own buses still may. */
export function reserveTopics(access: Access, isReserved: (topic: string) => boolean): Access {
  return {
    authenticate: (credentials, remote) => access.authenticate(credentials, remote),
    beginExchange: (method, remote) => access.beginExchange(method, remote),
    rightsOf: (owner, clientIdentifier) =>
      new UnreservedRights(access.rightsOf(owner, clientIdentifier), isReserved),
    recognize: (owner) => access.recognize(owner),
    ended$: access.ended$,
    get refused() {
      return access.refused;
    },
  };
}

class UnreservedRights implements Rights {
  readonly #rights: Rights;
  readonly #isReserved: (topic: string) => boolean;

  constructor(rights: Rights, isReserved: (topic: string) => boolean) {
    this.#rights = rights;
    this.#isReserved = isReserved;
  }

  mayRead(topic: string): boolean {
    return this.#rights.mayRead(topic);
  }

  maySubscribe(path: string): boolean {
    return this.#rights.maySubscribe(path);
  }

  mayPublish(topic: string): boolean {
    return !this.#isReserved(topic) && this.#rights.mayPublish(topic);
  }

  get permissions(): Permissions {
    return this.#rights.permissions;
  }
}
