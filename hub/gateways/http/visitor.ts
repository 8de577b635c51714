import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import type { Access, Principal, Remote } from '../../access/access.ts';
import { hashSecret } from '../../access/accounts/accounts.ts';
import type { Rights } from '../../core/rights.ts';
import { credentialsOf, readCookie } from './credentials.ts';

/** One who sends a request. */
interface Visitor {
  readonly principal: Principal;
  /**
   * What they may do at this moment. To be asked anew after every wait, such as that for a body. Throws `auth/denied` where what let them in has
   * ended meanwhile.
   */
  rights(): Rights;
}

/** Finds out who sends a request. Rejects with `auth/required`, `auth/denied`, `limit/exceeded`. */
export type Identify = (request: Request) => Promise<Visitor>;

/** Requests have no client identifier, so that `%c` means nothing to them. `onLetIn` is told of those that somebody known has sent. */
export function createIdentify(access: Access, onLetIn: (response: ServerResponse) => void): Identify {
  return async (request) => {
    const principal = await access.authenticate(credentialsOf(request), remoteOf(request));
    if (request.res) onLetIn(request.res);
    return { principal, rights: () => access.rightsOf(principal, '') };
  };
}

/** Where a request comes from: the address, and the browser by the mark that it was given when somebody logged in there. */
export function remoteOf(request: IncomingMessage): Remote {
  const mark = readCookie(request, 'browser');
  const address = request.socket.remoteAddress ?? '';
  return mark === undefined ? { address } : { address, browser: hashSecret(mark) };
}
