import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Request } from 'express';
import type { Access, Principal, Remote } from '../../access/access.ts';
import type { Rights } from '../../core/rights.ts';
import { credentialsOf, readCookie } from './credentials.ts';

/** The sender of a request. */
export interface Visitor {
  readonly principal: Principal;
  /** The rights at this moment: call it again after every wait, such as for a body. Throws `auth/denied` if the credential has ended meanwhile. */
  rights(): Rights;
}

/** Authenticates the sender of a request. Rejects with `auth/required`, `auth/wrong`, `limit/exceeded`. */
export type Identify = (request: Request) => Promise<Visitor>;

/** Requests have no client identifier, so roles with `%c` give them no right. `onLetIn` is called for each request that was authenticated. */
export function createIdentify(access: Access, onLetIn: (response: ServerResponse) => void): Identify {
  return async (request) => {
    const principal = await access.authenticate(credentialsOf(request), remoteOf(request));
    if (request.res) onLetIn(request.res);
    return { principal, rights: () => access.rightsOf(principal, '') };
  };
}

/** Where a request comes from: its address, and the browser's device cookie. */
export function remoteOf(request: IncomingMessage): Remote {
  return { address: request.socket.remoteAddress ?? '', deviceCookie: readCookie(request, 'device') };
}
