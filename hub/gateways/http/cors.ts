import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Exposure } from './exposure.ts';

/** How long a browser may remember what is allowed, seconds. */
const MAX_AGE_SECONDS = 600;

/** What a page of another origin may send, beside what any page may (Fetch, 3.3). Cookies are not among it: they count for own pages alone. */
const ALLOWED = {
  'Access-Control-Allow-Methods': 'GET, HEAD, PUT, POST, DELETE',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type',
  'Access-Control-Max-Age': MAX_AGE_SECONDS,
};

/**
 * Lets pages of other origins read the answer, if they may. Answers a browser's question whether they may send what they want (a preflight
 * request); returns whether it was one.
 */
export function shareWithOrigins(
  exposure: Exposure,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { origin, 'access-control-request-method': wanted } = request.headers;
  if (origin === undefined || !exposure.mayRead(request)) return false;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'History-Window, Retry-After');
  response.appendHeader('Vary', 'Origin');
  if (request.method !== 'OPTIONS' || wanted === undefined) return false;
  response.writeHead(204, ALLOWED).end();
  return true;
}
