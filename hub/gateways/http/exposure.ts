import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import type { Remote } from '../../access/access.ts';
import { HubError, quote } from '../../core/error.ts';
import { RateLimiter } from '../../limits/rate-limiter.ts';
import { ALLOWING, type OriginOptions, Origins, parseOrigin, type RequestOrigin } from './origin.ts';
import { Proxies } from './proxies.ts';

/** How the hub is reached: by which names and paths, through which proxies, and from whose pages. Default: as it is, by its own pages alone. */
export interface ExposureOptions {
  /** Host names of the hub beside its addresses and those of its machine, without port. */
  readonly names?: readonly string[] | undefined;
  /** Origins of others' pages that may use the hub, as in `https://home.example:8123`. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Origins of others' pages that may show the hub's pages in a frame. */
  readonly frameAncestors?: readonly string[] | undefined;
  /** Addresses and networks of proxies that name the client of each request; `loopback` for those on this machine. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** The beginning of every path, as in `/pinhub`. */
  readonly basePath?: string | undefined;
  /** A folder whose files are served below `/www/`. */
  readonly www?: string | undefined;
}

interface ExposureSetting extends ExposureOptions, Pick<OriginOptions, 'isLoopbackOnly'> {
  /** Whether authenticators get the request itself, which then is kept until its client is let in. Default: they do not. */
  readonly givesRequest?: boolean;
  /** Called with each page that is refused. Default: not called. */
  readonly log?: Logger | undefined;
}

/** Decides, for all gateways, who may call the hub over HTTP and where a call comes from. */
export class Exposure {
  /** In front of every path, as in `/pinhub`; empty if there is nothing. */
  readonly basePath: string;
  readonly frameAncestors: readonly string[];
  readonly www: string | undefined;
  readonly #origins: Origins;
  readonly #proxies: Proxies;
  readonly #givesRequest: boolean;
  #isClosed = false;

  /** Throws `option/invalid`. */
  constructor(options: ExposureSetting) {
    const {
      names = [],
      allowedOrigins = [],
      frameAncestors = [],
      trustedProxies = [],
      isLoopbackOnly,
      givesRequest = false,
    } = options;
    this.#givesRequest = givesRequest;
    this.basePath = parseBasePath(options.basePath ?? '');
    this.frameAncestors = frameAncestors.map(parseOrigin);
    this.www = options.www;
    const onRefused = options.log && createOriginLog(options.log);
    this.#origins = new Origins({ names, isLoopbackOnly, allowedOrigins, ...(onRefused && { onRefused }) });
    this.#proxies = new Proxies(trustedProxies);
  }

  /** Throws `auth/denied` if a request is not for this hub, or comes from a page that may not use it; `hub/closing` once it is closed. */
  check(request: RequestOrigin): void {
    if (this.#isClosed) throw new HubError('hub/closing', 'the hub is closed');
    this.#origins.check(request);
  }

  /** Refuses all requests from now on: a server that the hub shares with others stays open. */
  close(): void {
    this.#isClosed = true;
  }

  /** The client's IP address. */
  addressOf(request: IncomingMessage): string {
    return this.#proxies.addressOf(request);
  }

  /** Whether a connection may carry what clients at other addresses than its own send. */
  get hasProxies(): boolean {
    return this.#proxies.exist;
  }

  /** The origin of a request, for `Access`. */
  remoteOf(request: IncomingMessage): Remote {
    const sender = this.#origins.senderOf(request);
    const mustIdentify = sender === 'app' || sender === 'foreign';
    const address = this.addressOf(request);
    return { address, mustIdentify, ...(this.#givesRequest && { request: wholeRequest(request) }) };
  }

  /** Whether the client's connection is encrypted, be it by a proxy. */
  isEncrypted(request: IncomingMessage): boolean {
    return this.#proxies.isEncrypted(request);
  }

  /** Whether a program sent the request, or one of the hub's own pages. Credentials that a browser adds to requests of other pages, such as a cookie, do not count. */
  isOwn(request: RequestOrigin): boolean {
    const sender = this.#origins.senderOf(request);
    return sender === 'none' || sender === 'own';
  }

  /** Whether a page of another origin may read the answer. */
  mayRead(request: RequestOrigin): boolean {
    const sender = this.#origins.senderOf(request);
    return sender === 'allowed' || sender === 'app';
  }
}

/** How many lines about refused pages there may be at once, and then one in how many milliseconds: anybody can make a browser send them. */
const LINES = { burst: 10, everyMs: 60_000 };

/** Logs the origin of a page that is refused, each once a minute. */
function createOriginLog(log: Logger): (origin: string) => void {
  const now = () => performance.now();
  const lines = new RateLimiter({ now, ...LINES });
  const origins = new RateLimiter({ now, burst: 1, everyMs: LINES.everyMs });
  return (origin) => {
    const named = quote(origin);
    if (origins.take(named) > 0 || lines.take('') > 0) return;
    log.warn({ origin: named }, `a page of ${named} was refused; ${ALLOWING} allows it`);
  };
}

/** The request as it came: a router of Express cuts off the path below which it is mounted, until it has answered. */
function wholeRequest(request: IncomingMessage & { readonly originalUrl?: string }): IncomingMessage {
  const { originalUrl, url } = request;
  if (originalUrl === undefined || originalUrl === url) return request;
  return Object.create(request, { url: { value: originalUrl, enumerable: true } });
}

/** A path without a slash at its end; empty for the root. Throws `option/invalid`. */
export function parseBasePath(text: string): string {
  const path = text.replace(/\/+$/, '');
  if (/^(\/[\w.~-]+)*$/.test(path) && !/\/\.{1,2}(\/|$)/.test(path)) return path;
  throw new HubError('option/invalid', `${quote(text)} is not a path, as in /pinhub`);
}

/** How long a browser may remember what is allowed, seconds. */
const MAX_AGE_SECONDS = 600;

/** The requests that a page of another origin may send, beside those of any page (Fetch, 3.3). Cookies count for own pages alone. */
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
