import type { IncomingMessage } from 'node:http';
import { HubError, quote } from '../../core/error.ts';

/** The headers that say where a request goes, and which page sent it. */
export type RequestOrigin = Pick<IncomingMessage, 'headers'>;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const IP_LITERAL = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;

interface OriginOptions {
  /** Host names of the hub beside its addresses, without port. */
  readonly hostNames: readonly string[];
  /** Whether only this machine can reach the hub. */
  readonly isLoopbackOnly: boolean;
}

/**
 * Keeps other people's web pages out. A page of any site can send requests to a hub on the visitor's own machine or network, and by pointing
 * its own name at that address even read the answers (DNS rebinding). So the Host header must name this hub, and the Origin header, which
 * browsers add by themselves, must be a page of this hub. Programs send no Origin. Throws `auth/denied`.
 */
export function createOriginCheck({
  hostNames,
  isLoopbackOnly,
}: OriginOptions): (request: RequestOrigin) => void {
  const names = new Set([...LOOPBACK, ...hostNames.map((name) => name.toLowerCase())]);
  const isOurs = (host: string) => names.has(host) || (!isLoopbackOnly && IP_LITERAL.test(host));
  const answersTo = [...names, ...(isLoopbackOnly ? [] : ['its addresses'])].join(', ');
  return ({ headers: { host = '', origin } }) => {
    const name = host.toLowerCase().replace(/:\d+$/, '');
    if (!isOurs(name)) throw denied(`the hub is not called ${quote(host)}; it answers to ${answersTo}`);
    if (origin === undefined) return;
    if (hostOf(origin) !== host.toLowerCase())
      throw denied(`pages of ${quote(origin)} may not use this hub, only its own`);
  };
}

/** Host and port of an origin; without the port if it is the scheme's default, as in the Host header. */
function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function denied(message: string): HubError {
  return new HubError('auth/denied', message);
}
