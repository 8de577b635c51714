import type { Rights } from '../../core/rights.ts';
import type { Access } from '../access.ts';

/** The same access, but no client may publish to the reserved topics, whatever its role. The hub's own buses still may. */
export function reserveTopics(access: Access, isReserved: (topic: string) => boolean): Access {
  return {
    authenticate: (credentials, remote) => access.authenticate(credentials, remote),
    beginExchange: (method, remote) => access.beginExchange(method, remote),
    rightsOf: (owner, clientIdentifier) =>
      withoutReserved(access.rightsOf(owner, clientIdentifier), isReserved),
    recognize: (owner) => access.recognize(owner),
    ended$: access.ended$,
    get refused() {
      return access.refused;
    },
  };
}

function withoutReserved(rights: Rights, isReserved: (topic: string) => boolean): Rights {
  return {
    mayRead: (topic) => rights.mayRead(topic),
    maySubscribe: (path) => rights.maySubscribe(path),
    mayPublish: (topic) => !isReserved(topic) && rights.mayPublish(topic),
    get permissions() {
      return rights.permissions;
    },
  };
}
