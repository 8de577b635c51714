import type { IncomingMessage } from 'node:http';
import { HubError, quote } from '../../core/error.ts';

/** The headers that say where a request goes, and which page sent it. */
export type RequestOrigin = Pick<IncomingMessage, 'headers'>;

/**
 * Whose page sent a request: `none` for a program, which sends no Origin; `own`; `allowed` for one that `--allow-origin` names; `app` for a
 * program that has pages of its own inside, such as `file://` or `capacitor://localhost`, which no web site can pass for; `foreign` for any other.
 */
export type Sender = 'none' | 'own' | 'allowed' | 'app' | 'foreign';

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const IP_LITERAL = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\])$/i;
const WEB = /^https?:$/;

/** The option that lets a page in, as an embedder and as a user of the command line writes it. */
export const ALLOWING = 'allowedOrigins (--allow-origin on the command line)';

export interface OriginOptions {
  /** Host names of the hub beside its addresses, without port. */
  readonly names: readonly string[];
  /** Whether only this machine can reach the hub. */
  readonly isLoopbackOnly: boolean;
  /** The origins of others' pages that may use the hub. */
  readonly allowedOrigins: readonly string[];
  /** Called with the origin of each page that is refused. Default: nothing is called. */
  readonly onRefused?: (origin: string) => void;
}

/**
 * Keeps other sites' pages out. Any page can send requests to a hub on its visitor's machine or network, and even read the answers if the
 * site's name points to that address (DNS rebinding). So the Host header must name this hub, and the Origin header, which browsers add, must
 * be that of a page of this hub, or of one that is allowed.
 */
export class Origins {
  readonly #names: ReadonlySet<string>;
  readonly #isLoopbackOnly: boolean;
  readonly #allowed: ReadonlySet<string>;
  readonly #onRefused: (origin: string) => void;

  /** Throws `option/invalid` for a text that is not an origin. */
  constructor({ names, isLoopbackOnly, allowedOrigins, onRefused = () => undefined }: OriginOptions) {
    this.#onRefused = onRefused;
    this.#names = new Set([...LOOPBACK, ...names.map((name) => name.toLowerCase())]);
    this.#isLoopbackOnly = isLoopbackOnly;
    this.#allowed = new Set(allowedOrigins.map(parseOrigin));
  }

  /** Throws `auth/denied` if the request is not for this hub, or comes from a page that may not use it. */
  check(request: RequestOrigin): void {
    const { host = '', origin = '' } = request.headers;
    if (!this.#isCalled(host)) {
      const known = [...this.#names, ...(this.#isLoopbackOnly ? [] : ['its addresses'])].join(', ');
      const message = `the hub is not called ${quote(host)}; it answers to ${known}, and to what names adds (--name on the command line)`;
      throw new HubError('auth/denied', message);
    }
    if (this.senderOf(request) !== 'foreign' || showsToken(request)) return;
    this.#onRefused(origin);
    const message = `pages of ${quote(origin)} may not use this hub, only its own, and those that ${ALLOWING} names`;
    throw new HubError('auth/denied', message);
  }

  senderOf({ headers: { host = '', origin } }: RequestOrigin): Sender {
    if (origin === undefined) return 'none';
    if (!URL.canParse(origin)) return 'foreign';
    const { protocol, host: sender } = new URL(origin);
    const isOwn = WEB.test(protocol) && withoutDefaultPort(sender) === withoutDefaultPort(host.toLowerCase());
    if (isOwn) return 'own';
    if (this.#allowed.has(`${protocol}//${sender}`)) return 'allowed';
    return WEB.test(protocol) ? 'foreign' : 'app';
  }

  #isCalled(host: string): boolean {
    const name = host.toLowerCase().replace(/:\d+$/, '');
    return this.#names.has(name) || (!this.#isLoopbackOnly && IP_LITERAL.test(name));
  }
}

/** An origin as it is compared: in lower case, without its scheme's default port. Throws `option/invalid`. */
export function parseOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isBare = url && /^\/?$/.test(url.pathname) && url.search + url.hash + url.username === '';
  if (url && isBare && /^[^/]+:\/\//.test(text)) return `${url.protocol}//${url.host}`;
  throw new HubError('option/invalid', `${quote(text)} is not an origin, as in https://home.example:8123`);
}

/** A host name without port, or an address; IPv6 in brackets. Throws `option/invalid`. */
export function parseHostName(text: string): string {
  if (/^([\w-]+(\.[\w-]+)*|\[[\da-f:.]+\])$/i.test(text)) return text.toLowerCase();
  throw new HubError(
    'option/invalid',
    `${quote(text)} is not a host name, as in pinhub.example, without port`,
  );
}

/** Browsers and programs differ in whether they write it, and a proxy may speak the other scheme. */
function withoutDefaultPort(host: string): string {
  return host.replace(/:(80|443)$/, '');
}

/** Whether a program shows a token with the request: a browser adds none by itself, and sends a foreign page's token only if the hub allows it first. */
function showsToken({ headers }: RequestOrigin): boolean {
  return /^bearer /i.test(headers.authorization ?? '');
}
