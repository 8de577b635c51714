import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import { createServer as createTlsServer, type SecureContextOptions, type TlsOptions } from 'node:tls';
import type { Observable } from 'rxjs';
import type { HubLimits } from '../limits/hub-limits.ts';

/** A certificate and its key, which may be renewed. */
export interface Tls {
  /** With `ca`, clients may authenticate with a certificate that it signed. */
  readonly current: SecureContextOptions;
  readonly renewed$: Observable<SecureContextOptions>;
}

interface ListenerOptions {
  /** Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  readonly limits: Pick<HubLimits, 'connectSeconds'>;
}

/** How long a request with its body may take to arrive, milliseconds. */
const REQUEST_MS = 60_000;
/** How long a connection may be idle, milliseconds. A long poll is answered sooner, at the latest by a ping. */
const IDLE_MS = 60_000;
/** How often Node checks requests for these times, milliseconds. */
const CHECK_MS = 1_000;

/** An HTTP server: a request's head must arrive within `connectSeconds`. */
export function createPagesServer(app: RequestListener, options: ListenerOptions): Server | HttpsServer {
  const { tls, limits } = options;
  const headersTimeout = limits.connectSeconds * 1000;
  const times = {
    headersTimeout,
    requestTimeout: Math.max(REQUEST_MS, headersTimeout),
    connectionsCheckingInterval: Math.min(CHECK_MS, headersTimeout),
  };
  const server = tls ? createHttpsServer({ ...tlsOptions(tls, limits), ...times }) : createHttpServer(times);
  return server.on('request', limitIdleness).on('request', app);
}

/**
 * Until a request has arrived, Node's `headersTimeout` applies to the connection. A timer from the beginning would remain on the connections that
 * become WebSockets, for as long as they last.
 */
function limitIdleness({ socket }: IncomingMessage): void {
  if (socket.timeout !== IDLE_MS) socket.setTimeout(IDLE_MS);
}

/** A server of byte streams. */
export function createStreamServer(serve: (socket: Socket) => void, options: ListenerOptions): TcpServer {
  const { tls, limits } = options;
  return tls ? createTlsServer(tlsOptions(tls, limits), serve) : createTcpServer(serve);
}

/** Clients need no certificate; an invalid one is ignored. */
function tlsOptions({ current }: Tls, { connectSeconds }: ListenerOptions['limits']): TlsOptions {
  return {
    ...current,
    requestCert: current.ca !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: connectSeconds * 1000,
  };
}
