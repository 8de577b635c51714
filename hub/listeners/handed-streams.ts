import type { IncomingMessage, Server } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Remote } from '../access/access.ts';
import type { BrokerCore } from '../broker/core.ts';
import { HubError, quote, toHubError } from '../core/error.ts';
import { certificateOf, credentialsOf } from '../gateways/http/credentials.ts';
import { Exposure } from '../gateways/http/exposure.ts';
import type { RequestOrigin } from '../gateways/http/origin.ts';
import { TcpTransport } from '../gateways/mqtt/tcp-transport.ts';
import { serveWebSocketUpgrades } from '../gateways/mqtt/websocket-upgrade.ts';
import type { Holder } from '../limits/held-bytes.ts';
import { plainAddress } from '../limits/network.ts';
import { Unauthenticated } from '../limits/unauthenticated.ts';
import type { Entrance } from './listener.ts';
import { OpenSockets } from './open-sockets.ts';

/** Facts that an embedder knows about a stream that it passes in. */
export interface HandleOptions {
  /** The client's IP address. Default: the address of the request or of the socket. */
  readonly remoteAddress?: string;
  /** The HTTP request that became the stream: its credentials are used, and `authenticate` gets it. */
  readonly request?: IncomingMessage;
}

/** The paths at which an embedder's HTTP server serves MQTT over WebSocket. */
export interface AttachOptions {
  /** Default: `/mqtt`. */
  readonly path?: string;
  /** Throws if a request comes from a page that must not connect. Default: pages of other origins are refused. */
  readonly checkOrigin?: (request: RequestOrigin) => void;
}

type Core = Pick<BrokerCore, 'mqtt' | 'limits' | 'budget' | 'log'>;

/** MQTT over connections that an embedder's servers have accepted. */
export class HandedStreams implements Entrance {
  readonly name = 'handed';
  readonly unauthenticated: Unauthenticated;
  readonly sockets: OpenSockets;
  readonly #core: Core;
  readonly #onLetIn = (stream: Duplex): void => this.sockets.letIn(stream);
  readonly #detachers = new Set<() => void>();
  #isDraining = false;

  constructor(core: Core) {
    const { limits, budget } = core;
    this.#core = core;
    this.unauthenticated = new Unauthenticated(limits);
    this.sockets = new OpenSockets({ budget, isAsync: false, unauthenticated: this.unauthenticated });
  }

  *holders(): Iterable<Holder> {
    // None: the broker accounts for MQTT connections.
  }

  /** Serves MQTT over a stream that has not been read from yet. */
  handle(stream: Duplex, { remoteAddress, request }: HandleOptions): void {
    if (!isDuplex(stream)) throw new HubError('option/invalid', 'handle needs a duplex stream');
    const address = plainAddress(remoteAddress ?? request?.socket.remoteAddress ?? addressOf(stream));
    if (this.#isDraining) {
      stream.destroy();
      return;
    }
    this.sockets.follow(stream, address);
    this.sockets.admit(stream, address, () => this.#serve(stream, address, request));
  }

  /** Serves MQTT over WebSocket at a path of a server. Returns a function that stops it. */
  attach(server: Server, { path, checkOrigin = checkSameOrigin }: AttachOptions): () => void {
    const stop = serveWebSocketUpgrades({
      server,
      path,
      exposure: new HandedExposure(checkOrigin),
      gateway: this.#core.mqtt,
      log: this.#core.log,
      shareOf: (socket) => {
        this.sockets.follow(socket, addressOf(socket));
        return this.sockets.shareOf(socket);
      },
      onLetIn: this.#onLetIn,
    });
    const detach = () => {
      this.#detachers.delete(detach);
      stop();
    };
    this.#detachers.add(detach);
    return detach;
  }

  drain(): void {
    this.#isDraining = true;
    for (const detach of this.#detachers) detach();
  }

  async close(): Promise<void> {
    this.drain();
    await this.sockets.empty();
  }

  /** The request behind a stream may have malformed credentials, which end only this connection. */
  #serve(stream: Duplex, address: string, request: IncomingMessage | undefined): void {
    try {
      const credentials = request ? credentialsOf(request, OPEN) : certificateOf(stream);
      const share = this.sockets.shareOf(stream);
      const transport = new TcpTransport(stream, { address, share, onLetIn: this.#onLetIn });
      this.#core.mqtt.accept(transport, { credentials, remote: { address, request } });
    } catch (thrown) {
      this.#core.log.debug({ error: toHubError(thrown).toJSON() }, 'stream refused');
      stream.destroy();
    }
  }
}

/** An embedder's server: the embedder decides which pages may connect, and authenticators get the request. */
class HandedExposure extends Exposure {
  readonly #checkOrigin: (request: RequestOrigin) => void;

  constructor(checkOrigin: (request: RequestOrigin) => void) {
    super({ isLoopbackOnly: false });
    this.#checkOrigin = checkOrigin;
  }

  override check(request: RequestOrigin): void {
    this.#checkOrigin(request);
  }

  override remoteOf(request: IncomingMessage): Remote {
    return { address: this.addressOf(request), request };
  }
}

const OPEN = new HandedExposure(() => undefined);

function addressOf(stream: Duplex): string {
  return stream instanceof Socket ? (stream.remoteAddress ?? '') : '';
}

/** Keeps pages of other origins out; programs send no Origin. Throws `auth/denied`. */
function checkSameOrigin({ headers: { origin, host = '' } }: RequestOrigin): void {
  if (origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === host.toLowerCase()) return;
  throw new HubError('auth/denied', `pages of ${quote(origin)} may not connect here`);
}

/** Streams of npm packages are not instances of Node's class. */
function isDuplex(stream: Partial<Duplex> | undefined): boolean {
  return (
    typeof stream?.on === 'function' &&
    typeof stream.write === 'function' &&
    typeof stream.destroy === 'function'
  );
}
