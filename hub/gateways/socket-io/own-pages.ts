import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'socket.io';
import { HubError, toHubError } from '../../core/error.ts';
import type { RequestOrigin } from '../http/origin.ts';
import { queryOf } from './engine.ts';

/**
 * Keeps other people's pages out of Socket.IO with every request, where `allowRequest` looks at the first of a connection alone. JSONP, which
 * Engine.IO still speaks for the browsers of old, is a way past all rules on origins: a script is loaded from anywhere, without an Origin.
 */
export function keepToOwnPages(io: Server, checkOrigin: (request: RequestOrigin) => void): void {
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => {
    try {
      checkOrigin(request);
      if (isJsonp(request)) throw new HubError('auth/denied', 'JSONP is not spoken');
    } catch (error) {
      if (request.headers.upgrade === undefined) refuse(response, toHubError(error));
      else next(error);
      return;
    }
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
}

function isJsonp({ url = '' }: IncomingMessage): boolean {
  return Object.hasOwn(queryOf(url), 'j');
}

function refuse(response: ServerResponse, error: HubError): void {
  response
    .writeHead(403, { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify({ ok: false, error }));
}
