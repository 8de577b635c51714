import type { IncomingMessage } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Credentials, Remote } from '../../access/access.ts';
import { HubError } from '../../core/error.ts';

/** `login` keeps a browser logged in; `device` marks one in which a user has logged in by password. */
export type Cookie = 'login' | 'device';

const SUFFIX: Record<Cookie, string> = { login: '', device: '-device' };

/**
 * Browsers share cookies between the ports of a host, so the name contains the port: two hubs on one machine do not log each other out.
 * `__Host-` keeps other hosts from setting it (RFC 6265bis, 4.1.3.2).
 */
function cookieNameOf(request: IncomingMessage, cookie: Cookie): string {
  const isSecure = isEncrypted(request);
  const port = /:(\d+)$/.exec(request.headers.host ?? '')?.[1] ?? (isSecure ? '443' : '80');
  return `${isSecure ? '__Host-' : ''}pinhub-${port}${SUFFIX[cookie]}`;
}

/** The value of a cookie in a request, if there is one. */
export function readCookie(request: IncomingMessage, cookie: Cookie): string | undefined {
  const prefix = `${cookieNameOf(request, cookie)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

interface CookieValue {
  readonly value: string;
  /** 0 makes the browser delete the cookie. */
  readonly maxAgeSeconds: number;
}

/** The value of a `Set-Cookie` header. Scripts and other sites' pages cannot use the cookie. */
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
 * A request's credentials: the Authorization header, else the login cookie if a page of this hub sent the request, else the connection's
 * client certificate. Throws `auth/wrong` if the header is malformed.
 */
export function credentialsOf(request: IncomingMessage): Credentials {
  const { authorization } = request.headers;
  if (authorization !== undefined) return parseAuthorization(authorization);
  const login = readCookie(request, 'login');
  return login !== undefined && isOwnPages(request) ? { login } : certificateOf(request.socket);
}

/** Where a request comes from: its address, and the browser's device cookie. */
export function remoteOf(request: IncomingMessage): Remote {
  return { address: request.socket.remoteAddress ?? '', deviceCookie: readCookie(request, 'device') };
}

/** A connection's client certificate, if TLS has verified it. */
export function certificateOf(socket: object): Credentials {
  if (!('authorized' in socket) || socket.authorized !== true) return {};
  // Null once the connection is gone, against Node's types.
  const peer: Partial<PeerCertificate> | null = (socket as TLSSocket).getPeerCertificate();
  const commonName: unknown = peer?.subject?.CN;
  return typeof commonName === 'string' ? { certificate: { commonName } } : {};
}

/** Parses the Authorization header (RFC 6750, RFC 7617). Throws `auth/wrong`. */
function parseAuthorization(header: string): Credentials {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(header) ?? [];
  if (/^bearer$/i.test(scheme)) return { token: value };
  const [, user, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
  if (/^basic$/i.test(scheme) && user !== undefined && password !== undefined) return { user, password };
  // The message does not repeat the header: it may be a secret in the wrong place.
  throw new HubError(
    'auth/wrong',
    'Authorization must be Bearer or Basic: "Bearer <token>", or "Basic <user:password in Base64>"',
  );
}

/**
 * Browsers add the cookie to requests of any page. It counts only if one of our own pages sent the request: according to the browser's headers
 * or, for a plain GET without them, because SameSite keeps the cookie out of other sites' requests.
 */
function isOwnPages({ headers, method }: IncomingMessage): boolean {
  const { origin, host, upgrade } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
  return (method === 'GET' || method === 'HEAD') && upgrade === undefined;
}
