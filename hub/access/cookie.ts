import type { IncomingMessage } from 'node:http';

/**
 * The cookie of a browser's login. Cookies belong to a host, whatever the port, so its name holds the port: two hubs on one machine
 * do not log each other out. With TLS the prefix has the browser keep all others from setting it (RFC 6265bis, 4.1.3.2).
 */
export function cookieNameOf(request: IncomingMessage): string {
  const isSecure = isEncrypted(request);
  const port = /:(\d+)$/.exec(request.headers.host ?? '')?.[1] ?? (isSecure ? '443' : '80');
  return `${isSecure ? '__Host-' : ''}pinhub-${port}`;
}

/** The value of the cookie in a request, if it has one. */
export function readCookie(request: IncomingMessage): string | undefined {
  const prefix = `${cookieNameOf(request)}=`;
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(prefix))?.slice(prefix.length);
}

/** A `Set-Cookie` header's value; a `maxAgeSeconds` of 0 has the browser forget the cookie. Out of reach for scripts and for other sites' pages. */
export function formatCookie(request: IncomingMessage, value: string, maxAgeSeconds: number): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAgeSeconds}`];
  if (isEncrypted(request)) attributes.push('Secure');
  return [`${cookieNameOf(request)}=${value}`, ...attributes].join('; ');
}

function isEncrypted({ socket }: IncomingMessage): boolean {
  return 'encrypted' in socket && socket.encrypted === true;
}
