import type { IncomingMessage } from 'node:http';
import type { Remote } from '../../access/access.ts';
import { HubError, quote } from '../../core/error.ts';
import { type OriginOptions, Origins, parseOrigin, type RequestOrigin } from './origin.ts';
import { Proxies } from './proxies.ts';

/** How the hub is reached: by which names and paths, through which proxies, and from whose pages. Default: as it is, by its own pages alone. */
export interface ExposureOptions {
  /** Host names of the hub beside its addresses and those of its machine, without port. */
  readonly names?: readonly string[] | undefined;
  /** Origins of others' pages that may use the hub, as in `https://home.example:8123`. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Origins of others' pages that may show the hub's pages in a frame. */
  readonly frameAncestors?: readonly string[] | undefined;
  /** Addresses and networks of proxies that say for whom they ask; `loopback` for those on this machine. */
  readonly trustedProxies?: readonly string[] | undefined;
  /** What every path begins with, as in `/pinhub`. */
  readonly basePath?: string | undefined;
  /** A folder whose files are served below `/www/`. */
  readonly www?: string | undefined;
}

interface ExposureSetting extends ExposureOptions, Pick<OriginOptions, 'isLoopbackOnly'> {
  /** Whether authenticators get the request itself, which then is kept for as long as its connection. Default: they do not. */
  readonly givesRequest?: boolean;
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
    this.#origins = new Origins({ names, isLoopbackOnly, allowedOrigins });
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

  /** Where a request comes from, for `Access`. */
  remoteOf(request: IncomingMessage): Remote {
    const sender = this.#origins.senderOf(request);
    const mustIdentify = sender === 'app' || sender === 'foreign';
    return { address: this.addressOf(request), mustIdentify, ...(this.#givesRequest && { request }) };
  }

  /** Whether the client's connection is encrypted, be it by a proxy. */
  isEncrypted(request: IncomingMessage): boolean {
    return this.#proxies.isEncrypted(request);
  }

  /** Whether a program sent the request, or one of the hub's own pages. What a browser adds to those of others, such as a cookie, does not count. */
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

/** A path without a slash at its end; empty for the root. Throws `option/invalid`. */
export function parseBasePath(text: string): string {
  const path = text.replace(/\/+$/, '');
  if (/^(\/[\w.~-]+)*$/.test(path) && !/\/\.{1,2}(\/|$)/.test(path)) return path;
  throw new HubError('option/invalid', `${quote(text)} is no path, as in /pinhub`);
}
