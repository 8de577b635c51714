import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import type { Credentials } from '../../access/access.ts';
import { HubError } from '../../core/error.ts';

/** What a browser keeps: that it is logged in, and what it is known by once somebody has logged in there. */
export type Cookie = 'login' | 'browser';

const SUFFIX: Record<Cookie, string> = { login: '', browser: '-browser' };

/**
 * Cookies belong to a host, whatever the port, so the name holds the port: two hubs on one machine do not log each other out. With TLS the
 * prefix has the browser keep all others from setting it (RFC 6265bis, 4.1.3.2).
 */
function cookieNameOf(request: IncomingMessage, cookie: Cookie): string {
  const isSecure = isEncrypted(request);
  const port = /:(\d+)$/.exec(request.headers.host ?? '')?.[1] ?? (isSecure ? '443' : '80');
  return `${isSecure ? '__Host-' : ''}pinhub-${port}${SUFFIX[cookie]}`;
}

/** The value of a cookie in a request, if it has one. */
export function readCookie(request: IncomingMessage, cookie: Cookie): string | undefined {
  const prefix = `${cookieNameOf(request, cookie)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

interface CookieValue {
  readonly value: string;
  /** 0 has the browser forget the cookie. */
  readonly maxAgeSeconds: number;
}

/** A `Set-Cookie` header's value. Out of reach for scripts and for other sites' pages. */
export function formatCookie(
  request: IncomingMessage,
  cookie: Cookie,
  { value, maxAgeSeconds }: CookieValue,
): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAgeSeconds}`];
  if (isEncrypted(request)) attributes.push('Secure');
  return [`${cookieNameOf(request, cookie)}=${value}`, ...attributes].join('; ');
}

function isEncrypted({ socket }: IncomingMessage): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}

/**
 * What a request shows of its sender: an Authorization header (Bearer, Basic), else a login's cookie, where the request was made by a page of
 * this hub, else the client certificate of its connection. Throws `auth/denied` where the header cannot be read.
 */
export function credentialsOf(request: IncomingMessage): Credentials {
  const { authorization } = request.headers;
  if (authorization !== undefined) return parseAuthorization(authorization);
  const secret = readCookie(request, 'login');
  if (secret !== undefined && isOwnPages(request)) return { kind: 'login', secret };
  return certificateOf(request.socket);
}

/** The client certificate of a connection that TLS found to be good, as credentials. */
export function certificateOf(socket: object): Credentials {
  if (!('authorized' in socket) || socket.authorized !== true) return { kind: 'none' };
  const { subject } = (socket as TLSSocket).getPeerCertificate();
  const commonName: unknown = subject?.CN;
  return typeof commonName === 'string' ? { kind: 'certificate', commonName } : { kind: 'none' };
}

/** The Authorization header (RFC 6750, RFC 7617). Throws `auth/denied`. */
function parseAuthorization(header: string): Credentials {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(header) ?? [];
  if (/^bearer$/i.test(scheme)) return { kind: 'token', token: value };
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
  if (/^basic$/i.test(scheme) && user !== undefined && password !== undefined) {
    return { kind: 'password', user, password };
  }
  // Not said back, as it may be a secret that somebody has put in the wrong place.
  throw new HubError(
    'auth/wrong',
    'Authorization must be Bearer or Basic: "Bearer <token>", or "Basic <user:password in Base64>"',
  );
}

/**
 * Browsers add a cookie to what any page sends here. It counts only for what our own pages send: by what the browser says of the sender, and
 * where it says nothing, as it may for a plain GET, by the cookie's SameSite, which keeps it from other sites' requests.
 */
function isOwnPages({ headers, method }: IncomingMessage): boolean {
  const { origin, host, upgrade } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  return (method === 'GET' || method === 'HEAD') && upgrade === undefined;
}
