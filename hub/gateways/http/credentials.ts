import type { IncomingMessage } from 'node:http';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import type { Credentials, Remote } from '../../access/access.ts';
import { HubError } from '../../core/error.ts';
import type { Exposure } from './exposure.ts';

/** `login` keeps a browser logged in; `device` marks one in which a user has logged in by password. */
export type Cookie = 'login' | 'device';

const SUFFIX: Record<Cookie, string> = { login: '', device: '-device' };

/**
 * Browsers share cookies between the ports of a host, so the name contains the port: two hubs on one machine do not log each other out.
 * `__Host-` keeps other hosts from setting it, and demands the path `/`; below a path there is only `__Secure-` (RFC 6265bis, 4.1.3).
 */
function cookieNameOf(request: IncomingMessage, exposure: Exposure, cookie: Cookie): string {
  const isSecure = exposure.isEncrypted(request);
  const port = /:(\d+)$/.exec(request.headers.host ?? '')?.[1] ?? (isSecure ? '443' : '80');
  const prefix = exposure.basePath === '' ? '__Host-' : '__Secure-';
  return `${isSecure ? prefix : ''}pinhub-${port}${SUFFIX[cookie]}`;
}

/** The value of a cookie in a request, if there is one. */
export function readCookie(request: IncomingMessage, exposure: Exposure, cookie: Cookie): string | undefined {
  const prefix = `${cookieNameOf(request, exposure, cookie)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

export interface NewCookie {
  readonly cookie: Cookie;
  readonly value: string;
  /** 0 makes the browser delete the cookie. */
  readonly maxAgeSeconds: number;
}

/** The value of a `Set-Cookie` header. Scripts and other sites' pages cannot use the cookie. */
export function formatCookie(
  request: IncomingMessage,
  exposure: Exposure,
  { cookie, value, maxAgeSeconds }: NewCookie,
): string {
  const path = exposure.basePath || '/';
  const attributes = [`Path=${path}`, 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAgeSeconds}`];
  if (exposure.isEncrypted(request)) attributes.push('Secure');
  return [`${cookieNameOf(request, exposure, cookie)}=${value}`, ...attributes].join('; ');
}

/**
 * A request's credentials: the Authorization header, else the login cookie if a page of this hub sent the request, else the connection's
 * client certificate. A page of another origin has only the first: browsers add the other two by themselves. Throws `auth/wrong` if the
 * header is malformed.
 */
export function credentialsOf(request: IncomingMessage, exposure: Exposure): Credentials {
  const { authorization } = request.headers;
  if (authorization !== undefined) return parseAuthorization(authorization);
  if (!exposure.isOwn(request)) return {};
  const login = readCookie(request, exposure, 'login');
  return login !== undefined && isOwnPages(request) ? { login } : certificateOf(request.socket);
}

/** Where a request comes from, the browser's device cookie included. */
export function remoteOf(request: IncomingMessage, exposure: Exposure): Remote {
  return { ...exposure.remoteOf(request), deviceCookie: readCookie(request, exposure, 'device') };
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
 * Browsers add the cookie to requests of any page, and not all of these have an Origin. Without one the cookie counts if the browser says that
 * our own page sent the request or, for a plain GET, because SameSite keeps the cookie out of other sites' requests.
 */
function isOwnPages({ headers, method }: IncomingMessage): boolean {
  const { origin, upgrade } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  return origin !== undefined || ((method === 'GET' || method === 'HEAD') && upgrade === undefined);
}
