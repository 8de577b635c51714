import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as Stream } from 'node:net';
import type { Logger } from 'pino';
import type { Server } from 'socket.io';
import { HubError, quote, toHubError } from '../../core/error.ts';
import { networkOf } from '../../limits/network.ts';
import type { Entry, Unauthenticated } from '../../limits/unauthenticated.ts';
import { type Exposure, shareWithOrigins } from '../http/exposure.ts';
import { refuse, refuseUpgrade } from '../http/refuse.ts';
import { type EngineSocket, findConnection, idOf, queryOf, sessionIdOf, streamOf } from './engine.ts';

type Next = () => void;

/** Gives each connection the address of its client, rather than that of a proxy. Call it before others look at connections. */
export function takeAddresses(io: Server, exposure: Exposure): void {
  io.engine.on('connection', (connection: EngineSocket) => {
    Object.assign(connection, { remoteAddress: exposure.addressOf(connection.request) });
  });
}

interface OwnPagesOptions {
  readonly exposure: Exposure;
  readonly log: Logger;
}

/**
 * Refuses other sites' pages with every request; Socket.IO's `allowRequest` only sees the first of a connection. JSONP is refused too: any
 * page can load a script, without an Origin. Upgrades that Engine.IO would refuse without a reason are refused here with one.
 */
export function keepToOwnPages(io: Server, { exposure, log }: OwnPagesOptions): void {
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
    const isUpgrade = request.headers.upgrade !== undefined;
    try {
      exposure.check(request);
      if (!isUpgrade && shareWithOrigins(exposure, request, response)) return;
      if (Object.hasOwn(queryOf(request.url), 'j'))
        throw new HubError('auth/denied', 'JSONP is not supported');
      if (isUpgrade) checkUpgrade(io, request);
    } catch (thrown) {
      const error = toHubError(thrown);
      if (isUpgrade) refuseUpgrade({ request, socket: request.socket, error, exposure, log });
      else refuseAndClose(response, error);
      return;
    }
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
}

/** Throws if a request for a WebSocket is invalid. */
function checkUpgrade(io: Server, request: IncomingMessage): void {
  const { EIO = '', transport = '', sid = '' } = queryOf(request.url);
  if (request.method !== 'GET')
    throw new HubError('method/unsupported', `a WebSocket must begin with GET, not ${request.method}`);
  if (transport !== 'websocket')
    throw new HubError('protocol/unsupported', `transport must be websocket, not ${quote(transport)}`);
  if (EIO !== '4') throw new HubError('protocol/unsupported', `EIO must be 4, not ${quote(EIO)}`);
  if (sid === '') return;
  const connection = findConnection(io, sid);
  if (!connection) throw new HubError('session/unknown', `there is no connection with sid ${quote(sid)}`);
  if (connection.upgrading || connection.upgraded)
    throw new HubError('protocol/violation', 'this connection has a WebSocket already');
}

/** Closes the connection after the answer, as the body of the request may not have been read. */
function refuseAndClose(response: ServerResponse, error: HubError): void {
  refuse(response.setHeader('Connection', 'close'), error);
}

interface HandshakeLimitOptions {
  /** The most bytes that a client may send before it is authenticated: a handshake including a will. */
  readonly handshakeBytes: number;
  /** Counts unauthenticated polling sessions. A WebSocket counts as a connection instead. */
  readonly unauthenticated: Unauthenticated;
  /** Ends a connection that sends more than this many bytes before its client is authenticated. */
  readonly allow: (stream: Stream, bytes: number) => void;
  /** Called when a client was authenticated over a connection of its own. */
  readonly onLetIn: (stream: Stream) => void;
  /** Called with each request of an authenticated client. */
  readonly onRequest: (response: ServerResponse) => void;
}

/** Limits what clients may send before they are authenticated. Socket.IO itself has a single limit, which the largest payload must pass. */
export function limitHandshakes(io: Server, options: HandshakeLimitOptions): void {
  const { handshakeBytes, unauthenticated, allow, onLetIn, onRequest } = options;
  /** The unauthenticated and the authenticated clients by Engine.IO's id. A request can also name an id that is neither. */
  const waiting = new Map<string, Entry | undefined>();
  const members = new Set<string>();
  const stopWaiting = (id: string) => {
    waiting.get(id)?.close();
    waiting.delete(id);
  };
  io.engine.on('connection', (connection: EngineSocket) => {
    const id = idOf(connection);
    const isPolling = connection.transport.name === 'polling';
    const opened = { network: networkOf(connection.remoteAddress), drop: () => connection.close(true) };
    waiting.set(id, isPolling ? unauthenticated.add(opened) : undefined);
    connection.on('close', () => {
      stopWaiting(id);
      members.delete(id);
    });
    if (!isPolling) allow(connection.request.socket, handshakeBytes);
  });
  io.on('connection', ({ conn }) => {
    stopWaiting(idOf(conn));
    if (findConnection(io, idOf(conn))) members.add(idOf(conn));
    const accept = () => {
      const stream = streamOf(conn);
      if (stream) onLetIn(stream);
    };
    accept();
    conn.on('upgrade', accept);
  });
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: Next) => {
    const id = sessionIdOf(request);
    if (members.has(id)) onRequest(response);
    // Without a known id, Engine.IO begins a connection or refuses the request.
    else if (!waiting.has(id)) return next();
    else if (request.headers.upgrade !== undefined) allow(request.socket, handshakeBytes);
    else if (lengthOf(request) > handshakeBytes) {
      const message = `a handshake has at most ${handshakeBytes} bytes`;
      return refuseAndClose(response, new HubError('payload/too-large', message));
    }
    next();
  });
}

/** The length of a request's body; infinite if the header does not state it. */
function lengthOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
