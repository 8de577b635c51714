import type { IncomingMessage } from 'node:http';
import { HubError, quote } from '../../core/error.ts';

/** The headers that say where a request goes, and which page sent it. */
export type RequestOrigin = Pick<IncomingMessage, 'headers'>;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const IP_LITERAL = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;

interface OriginOptions {
  /** Host names of the hub beside its addresses, without port. */
  readonly hostNames: readonly string[];
  /** Whether only this machine can reach the hub. */
  readonly isLoopbackOnly: boolean;
}

/**
 * Keeps other sites' pages out. Any page can send requests to a hub on its visitor's machine or network, and even read the answers if the
 * site's name points to that address (DNS rebinding). So the Host header must name this hub, and the Origin header, which browsers add, must
 * be a page of this hub. Programs send no Origin. The check throws `auth/denied`.
 */
export function createOriginCheck({
  hostNames,
  isLoopbackOnly,
}: OriginOptions): (request: RequestOrigin) => void {
  const names = new Set([...LOOPBACK, ...hostNames.map((name) => name.toLowerCase())]);
  const answersTo = [...names, ...(isLoopbackOnly ? [] : ['its addresses'])].join(', ');
  return ({ headers: { host: given = '', origin } }) => {
    const host = given.toLowerCase();
    const name = host.replace(/:\d+$/, '');
    if (!names.has(name) && (isLoopbackOnly || !IP_LITERAL.test(name)))
      throw new HubError('auth/denied', `the hub is not called ${quote(given)}; it answers to ${answersTo}`);
    // A URL's host has no port if it is the scheme's default, as in the Host header.
    if (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== host))
      throw new HubError('auth/denied', `pages of ${quote(origin)} may not use this hub, only its own`);
  };
}
