import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import type { Access, Principal, Remote } from '../../access/access.ts';
import { hashSecret } from '../../access/accounts/accounts.ts';
import type { Rights } from '../../core/rights.ts';
import { credentialsOf, readCookie } from './credentials.ts';

/** The sender of a request. */
interface Visitor {
  readonly principal: Principal;
  /**
   * What the sender may do at this moment. Ask again after every wait, such as that for a body. Throws `auth/denied` if the credentials were
   * revoked meanwhile.
   */
  rights(): Rights;
}

/** Authenticates the sender of a request. Rejects with `auth/required`, `auth/denied`, `limit/exceeded`. */
export type Identify = (request: Request) => Promise<Visitor>;

/** `onLetIn` is called for each request whose sender is let in. Requests have no client identifier, so `%c` in rights matches nothing. */
export function createIdentify(access: Access, onLetIn: (response: ServerResponse) => void): Identify {
  return async (request) => {
    const principal = await access.authenticate(credentialsOf(request), remoteOf(request));
    if (request.res) onLetIn(request.res);
    return { principal, rights: () => access.rightsOf(principal, '') };
  };
}

/** Where a request comes from: its address, and the browser by the mark that it got when somebody logged in there. */
export function remoteOf(request: IncomingMessage): Remote {
  const mark = readCookie(request, 'browser');
  const address = request.socket.remoteAddress ?? '';
  return mark === undefined ? { address } : { address, browser: hashSecret(mark) };
}
