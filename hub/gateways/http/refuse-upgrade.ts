import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type ErrorCode, HubError, quote } from '../../core/error.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  'auth/required': 401,
  'auth/wrong': 401,
  'auth/denied': 403,
  'topic/unknown': 404,
  'method/unsupported': 405,
  'payload/too-large': 413,
  'limit/exceeded': 429,
  'hub/closing': 503,
  'store/unavailable': 503,
  internal: 500,
};

/** The HTTP status that goes with an error: 400 unless its code has one of its own. */
export function statusOf({ code }: HubError): number {
  return STATUS[code] ?? 400;
}

interface UpgradeRefusal {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly error: HubError;
  readonly log: Logger;
  /** Further header lines, such as `Sec-WebSocket-Version: 13`. */
  readonly headers?: readonly string[];
}

/** Answers an upgrade request with the error's HTTP status and the error as JSON, closes the connection, and logs it at debug. */
export function refuseUpgrade({ request, socket, error, log, headers = [] }: UpgradeRefusal): void {
  const address = request.socket.remoteAddress;
  log.debug({ path: pathOf(request), address, error: error.toJSON() }, 'upgrade refused');
  const status = statusOf(error);
  const body = JSON.stringify({ ok: false, error });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  socket.on('error', () => socket.destroy()); // The client left before it read the answer.
  // A client that does not close its side is not waited for.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/**
 * Refuses WebSockets on all but these paths; a path that ends in a slash includes what is under it. A request for any other upgrade, such as
 * `h2c`, is answered as if it had not asked for one. (RFC 9110, 7.8)
 */
export function refuseOtherUpgrades(server: Server, paths: readonly string[], log: Logger): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const wanted = pathOf(request);
    if (paths.some((path) => wanted === path || (path.endsWith('/') && wanted.startsWith(path)))) return;
    const error = reasonToRefuse(request, paths);
    if (error) refuseUpgrade({ request, socket, error, log });
    else answerWithoutUpgrade(server, request, socket);
  });
}

function reasonToRefuse(request: IncomingMessage, paths: readonly string[]): HubError | undefined {
  const { upgrade = '', 'content-length': length = '0', 'transfer-encoding': coding } = request.headers;
  if (/\bwebsocket\b/i.test(upgrade)) {
    const message = `there is no WebSocket at ${quote(pathOf(request))}, only at ${paths.join(' and ')}`;
    return new HubError('topic/unknown', message);
  }
  if (length === '0' && coding === undefined) return undefined;
  // Node reads no body behind the header of an upgrade.
  return new HubError('protocol/unsupported', 'a request with a body cannot ask for an upgrade');
}

/** Has the server's app answer, and closes the connection. */
function answerWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(request.socket);
  response.once('finish', () => socket.end(() => socket.destroy()));
  server.emit('request', request, response);
}

/** The path alone: a query may hold a token, which must not reach the log. */
function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}
