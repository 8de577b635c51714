import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as Stream } from 'node:net';
import type { Logger } from 'pino';
import type { Server } from 'socket.io';
import { HubError, quote, toHubError } from '../../core/error.ts';
import type { Entry, Unauthenticated } from '../../limits/unauthenticated.ts';
import type { RequestOrigin } from '../http/origin.ts';
import { refuseUpgrade, statusOf } from '../http/refuse-upgrade.ts';
import { type EngineSocket, findConnection, idOf, queryOf, sessionIdOf, streamOf } from './engine.ts';

type Next = () => void;

interface OwnPagesOptions {
  /** Throws if a request is not for this hub, or comes from another site's page. */
  readonly checkOrigin: (request: RequestOrigin) => void;
  readonly log: Logger;
}

/**
 * Refuses other sites' pages with every request; Socket.IO's `allowRequest` only sees the first of a connection. JSONP is refused too: a
 * script can be loaded from anywhere, without an Origin. Upgrades that Engine.IO would refuse without saying why are refused here.
 */
export function keepToOwnPages(io: Server, { checkOrigin, log }: OwnPagesOptions): void {
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
    const isUpgrade = request.headers.upgrade !== undefined;
    try {
      checkOrigin(request);
      if (Object.hasOwn(queryOf(request.url), 'j'))
        throw new HubError('auth/denied', 'JSONP is not supported');
      if (isUpgrade) checkUpgrade(io, request);
    } catch (thrown) {
      const error = toHubError(thrown);
      if (isUpgrade) refuseUpgrade({ request, socket: request.socket, error, log });
      else refuse(response, error);
      return;
    }
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
}

/** Throws what is wrong with a request for a WebSocket. */
function checkUpgrade(io: Server, request: IncomingMessage): void {
  const { EIO = '', transport = '', sid } = queryOf(request.url);
  if (request.method !== 'GET') {
    throw new HubError('method/unsupported', `a WebSocket begins with GET, not ${request.method}`);
  }
  if (transport !== 'websocket') {
    throw new HubError('protocol/unsupported', `transport must be websocket, not ${quote(transport)}`);
  }
  if (EIO !== '4') throw new HubError('protocol/unsupported', `EIO must be 4, not ${quote(EIO)}`);
  if (sid === undefined || sid === '') return;
  const connection = findConnection(io, sid);
  if (!connection) throw new HubError('session/unknown', `there is no connection with sid ${quote(sid)}`);
  if (connection.upgrading || connection.upgraded) {
    throw new HubError('protocol/violation', 'this connection has a WebSocket already');
  }
}

function refuse(response: ServerResponse, error: HubError): void {
  response
    .writeHead(statusOf(error), { 'content-type': 'application/json', connection: 'close' })
    .end(JSON.stringify({ ok: false, error }));
}

interface HandshakeLimitOptions {
  /** The most that a client may send before it is let in: a handshake, its will included, bytes. */
  readonly handshakeBytes: number;
  /** Counts polling sessions; a WebSocket is counted as a connection. */
  readonly unauthenticated: Unauthenticated;
  /** Ends a connection over which more comes before its client is let in. */
  readonly allow: (stream: Stream, bytes: number) => void;
  /** Called when a client was let in over a connection of its own. */
  readonly onLetIn: (stream: Stream) => void;
  /** Called with each request of a client that was let in. */
  readonly onRequest: (response: ServerResponse) => void;
}

/** Limits what clients may send before they are let in. Socket.IO itself has one limit for all, and the largest payload must pass it. */
export function limitHandshakes(io: Server, options: HandshakeLimitOptions): void {
  const { handshakeBytes, unauthenticated, allow, onLetIn, onRequest } = options;
  /** Those not let in yet, by Engine.IO's id; and the ids of those that are. A client can also name an id that is neither. */
  const waiting = new Map<string, Entry | undefined>();
  const members = new Set<string>();
  const forget = (connection: EngineSocket) => {
    waiting.get(idOf(connection))?.close();
    waiting.delete(idOf(connection));
  };
  io.engine.on('connection', (connection: EngineSocket) => {
    const isPolling = connection.transport.name === 'polling';
    const opened = { address: connection.remoteAddress, drop: () => connection.close(true) };
    waiting.set(idOf(connection), isPolling ? unauthenticated.add(opened) : undefined);
    connection.on('close', () => {
      forget(connection);
      members.delete(idOf(connection));
    });
    if (!isPolling) allow(connection.request.socket, handshakeBytes);
  });
  io.on('connection', ({ conn }) => {
    forget(conn);
    if (findConnection(io, idOf(conn))) members.add(idOf(conn));
    const welcome = () => {
      const stream = streamOf(conn);
      if (stream) onLetIn(stream);
    };
    welcome();
    conn.on('upgrade', welcome);
  });
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
    const id = sessionIdOf(request);
    if (members.has(id)) {
      onRequest(response);
    } else if (!waiting.has(id)) {
      // Engine.IO begins a connection, or refuses the id.
    } else if (request.headers.upgrade !== undefined) {
      allow(request.socket, handshakeBytes);
    } else if (lengthOf(request) > handshakeBytes) {
      refuse(response, new HubError('payload/too-large', `a handshake has at most ${handshakeBytes} bytes`));
      return;
    }
    next();
  });
}

/** A body without a stated length may be of any. */
function lengthOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
