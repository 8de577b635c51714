import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import {
  createServer as createTlsServer,
  type SecureContextOptions,
  type TlsOptions,
  Server as TlsServer,
} from 'node:tls';
import type { Observable } from 'rxjs';
import type { HubLimits } from '../limits/hub-limits.ts';

/** A certificate and its key, which may be renewed. */
export interface Tls {
  /** With `ca`, clients may show a certificate of their own that it vouches for. */
  readonly current: SecureContextOptions;
  readonly renewed$: Observable<SecureContextOptions>;
}

export interface ListenerOptions {
  /** What all is encrypted with. Default: nothing. */
  readonly tls?: Tls | undefined;
  readonly limits: Pick<HubLimits, 'clients' | 'strangers' | 'connectSeconds'>;
}

/** How long a whole request may take to come, its body included, milliseconds. */
const REQUEST_MS = 60_000;

/** How long a client may take nothing of its answer, milliseconds. A long poll is answered earlier, by a ping if by nothing else. */
const DEAF_MS = 60_000;

/** How often requests are looked at that take too long, milliseconds. */
const CHECK_MS = 1_000;

/** A server of pages that waits `connectSeconds` for the head of a request, however its bytes trickle, and takes `clients` and `strangers` at a time. */
export function createPagesServer(app: RequestListener, options: ListenerOptions): Server | HttpsServer {
  const { tls, limits } = options;
  const headersTimeout = limits.connectSeconds * 1000;
  const times = {
    headersTimeout,
    requestTimeout: Math.max(REQUEST_MS, headersTimeout),
    connectionsCheckingInterval: Math.min(CHECK_MS, headersTimeout),
  };
  const server = tls
    ? createHttpsServer({ ...tlsOptions(tls, limits), ...times }, app)
    : createHttpServer(times, app);
  server.maxConnections = limits.clients + limits.strangers;
  return server.setTimeout(DEAF_MS);
}

/** A server of byte streams that takes `clients` and `strangers` at a time. */
export function createStreamServer(serve: (socket: Socket) => void, options: ListenerOptions): TcpServer {
  const { tls, limits } = options;
  const server = tls ? createTlsServer(tlsOptions(tls, limits), serve) : createTcpServer(serve);
  server.maxConnections = limits.clients + limits.strangers;
  return server;
}

/** Has those of the servers that encrypt go on with another certificate. */
export function renew(servers: readonly object[], context: SecureContextOptions): void {
  for (const server of servers) if (server instanceof TlsServer) server.setSecureContext(context);
}

/** Clients need no certificate; one that is not good counts as none. */
function tlsOptions({ current }: Tls, { connectSeconds }: ListenerOptions['limits']): TlsOptions {
  return {
    ...current,
    requestCert: current.ca !== undefined,
    rejectUnauthorized: false,
    handshakeTimeout: connectSeconds * 1000,
  };
}
