import { type IncomingMessage, type Server, ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { type ErrorCode, HubError, quote } from '../../core/error.ts';
import type { Exposure } from './exposure.ts';

const STATUS: Partial<Record<ErrorCode, number>> = {
  'auth/required': 401,
  'auth/wrong': 401,
  'auth/denied': 403,
  'class/paused': 403,
  'topic/unknown': 404,
  'method/unsupported': 405,
  'payload/too-large': 413,
  'limit/exceeded': 429,
  'hub/closing': 503,
  'store/unavailable': 503,
  internal: 500,
};

/** How long a connection may be idle if the server sets no time, milliseconds. */
const IDLE_MS = 60_000;

/** The HTTP status of an error: 400 unless its code has one of its own. */
export function statusOf({ code }: HubError): number {
  return STATUS[code] ?? 400;
}

/** The content of an answer. */
export interface Body {
  /** The media type, without the character set, which is always UTF-8. */
  readonly type: string;
  readonly text: string;
}

/** Answers a request with the error's HTTP status. Default body: the error as JSON. */
export function refuse(
  response: ServerResponse,
  error: HubError,
  { type, text }: Body = { type: 'application/json', text: JSON.stringify({ ok: false, error }) },
): void {
  response.statusCode = statusOf(error);
  response.setHeader('Content-Type', `${type}; charset=utf-8`);
  if (response.statusCode === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="pinhub"');
  if (error.retryAfterSeconds !== undefined) response.setHeader('Retry-After', error.retryAfterSeconds);
  response.end(text);
}

/** Needed by every refusal. */
export interface RefusalParts {
  readonly exposure: Pick<Exposure, 'addressOf'>;
  readonly log: Logger;
}

interface UpgradeRefusal extends RefusalParts {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly error: HubError;
  /** Further header lines, such as `Sec-WebSocket-Version: 13`. */
  readonly headers?: readonly string[];
}

/** Answers an upgrade request as `refuse` does, closes the connection, and logs the refusal at debug. */
export function refuseUpgrade(refusal: UpgradeRefusal): void {
  const { request, socket, error, exposure, log, headers = [] } = refusal;
  const address = exposure.addressOf(request);
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
  destroyIfLeft(request, socket);
  // Does not wait for the client to close its side.
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

/** Whether a request is for one of these paths; a path that ends in a slash includes everything below it. */
export function isFor(paths: readonly string[], request: IncomingMessage): boolean {
  const wanted = pathOf(request);
  return paths.some((path) => wanted === path || (path.endsWith('/') && wanted.startsWith(path)));
}

/**
 * Refuses WebSockets on all but these paths, as `isFor` reads them. A request for another upgrade, such as `h2c`, is answered as an ordinary
 * request (RFC 9110, 7.8).
 */
export function refuseOtherUpgrades(server: Server, paths: readonly string[], parts: RefusalParts): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (isFor(paths, request)) return;
    const error = reasonToRefuse(request, paths);
    if (error) refuseUpgrade({ ...parts, request, socket, error });
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
  // Node does not read the body of an upgrade request.
  return new HubError('protocol/unsupported', 'a request with a body cannot ask for an upgrade');
}

/** Passes the request to the server's app, and closes the connection after the answer. */
function answerWithoutUpgrade(server: Server, request: IncomingMessage, socket: Duplex): void {
  destroyIfLeft(request, socket);
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  try {
    response.assignSocket(request.socket);
  } catch {
    socket.destroy(); // The request before it on this connection is not answered yet.
    return;
  }
  response.once('finish', () => socket.end(() => socket.destroy()));
  server.emit('request', request, response);
}

/** Destroys the socket if the client leaves, or if it reads nothing for as long as a connection may be idle. Node has removed its own listeners. */
function destroyIfLeft(request: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  request.socket.setTimeout(request.socket.timeout || IDLE_MS, () => socket.destroy());
}

/** The path without the query, which may hold a token that must not reach the log. */
function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}
