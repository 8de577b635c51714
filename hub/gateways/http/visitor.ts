import type { ServerResponse } from 'node:http';
import type { Request, Response } from 'express';
import type { Access, Principal } from '../../access/access.ts';
import { denied, deniedPublish, type Rights } from '../../core/rights.ts';
import { shownUser } from '../shown-user.ts';
import { credentialsOf, remoteOf } from './credentials.ts';
import type { Exposure } from './exposure.ts';

/** The authenticated sender of a request. */
export interface Visitor {
  readonly principal: Principal;
  /** As they are now. */
  rights(): Rights;
  /** Throws `auth/denied` without the right, or if the credential has ended. Check again after every wait, such as for a body. */
  checkRight(action: 'read' | 'publish to', topic: string): void;
}

/** Authenticates the sender of a request. Rejects with `auth/required`, `auth/wrong`, `limit/exceeded`. */
export type Identify = (request: Request) => Promise<Visitor>;

/** Requests have no client identifier, so roles with `%c` give them no right. `onLetIn` is called for each authenticated request. */
export function createIdentify(
  access: Access,
  exposure: Exposure,
  onLetIn?: (response: ServerResponse) => void,
): Identify {
  return async (request) => {
    const credentials = credentialsOf(request, exposure);
    noteUser(request, credentials.user);
    const principal = await access.authenticate(credentials, remoteOf(request, exposure));
    noteUser(request, principal.name);
    if (request.res) onLetIn?.(request.res);
    const rights = () => access.rightsOf(principal, '');
    const checkRight: Visitor['checkRight'] = (action, topic) => {
      const own = rights();
      if (action === 'read' && !own.mayRead(topic)) throw denied(action, topic);
      if (action === 'publish to' && !own.mayPublish(topic)) throw deniedPublish(own, topic);
    };
    return { principal, rights, checkRight };
  };
}

/** Notes the name that the sender has, or says that it has, for the case that the request is refused. */
export function noteUser({ res: response }: Request, user: string | undefined): void {
  if (response && user !== undefined) response.locals.user = shownUser(user);
}

/** The name that was noted for a request. */
export function notedUser({ locals }: Pick<Response, 'locals'>): string | undefined {
  return locals.user as string | undefined;
}
