import type { IncomingMessage } from 'node:http';

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

export interface CookieValue {
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
