import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectedClient } from '../gateways/client-events.ts';
import { createHttpApp, type HttpAppOptions } from '../gateways/http/app.ts';
import { EventStreams } from '../gateways/http/events.ts';
import type { Exposure } from '../gateways/http/exposure.ts';
import { isFor, refuseOtherUpgrades } from '../gateways/http/refuse.ts';
import { HttpCounters, OpenRequests } from '../gateways/http/requests.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import type { SocketIoGateway } from '../gateways/socket-io/gateway.ts';
import type { Holder } from '../limits/held-bytes.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { TcpListener } from './listener.ts';
import { LiveWeb, type WebCore } from './live-web.ts';
import { createPagesServer, type Tls } from './servers.ts';

interface PagesListenerOptions
  extends WebCore,
    Pick<
      HttpAppOptions,
      | 'readiness'
      | 'logins'
      | 'loginPage'
      | 'links'
      | 'classroom'
      | 'history'
      | 'kindModules'
      | 'administration'
      | 'pagesFolder'
      | 'exposure'
      | 'version'
    > {
  /** Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  readonly metrics: Metrics;
  /** Serves MQTT over WebSocket. Default: it is not served. */
  readonly mqtt?: MqttGateway | undefined;
}

/** A request as a router such as Express's passes it on: `url` is what its mount path leaves. */
type Routed = IncomingMessage & { originalUrl?: string; baseUrl?: string };

/** Pages, REST, Socket.IO, and MQTT over WebSocket: on a port of its own, and on an embedder's servers. */
export class PagesListener extends TcpListener {
  readonly http: HttpCounters;
  readonly eventStreams: EventStreams;
  readonly #live: LiveWeb;
  readonly #requests: OpenRequests;
  readonly #exposure: Exposure;
  readonly #detachers = new Set<() => void>();

  constructor(options: PagesListenerOptions) {
    const { limits, budget, tls, exposure, log } = options;
    const counters = new HttpCounters();
    const onLetIn = (response: ServerResponse) => this.sockets.letInFor(response);
    const eventStreams = new EventStreams({ ...options, counters, now: options.hub.now });
    const app = createHttpApp({ ...options, ...limits, counters, onLetIn, eventStreams });
    const server = createPagesServer(app, { tls, limits });
    super({ name: 'pages', server, limits, budget, isAsync: true });
    this.http = counters;
    this.eventStreams = eventStreams;
    this.#exposure = exposure;
    const { sockets, unauthenticated } = this;
    this.#live = new LiveWeb({ ...options, server, sockets, unauthenticated });
    refuseOtherUpgrades(server, this.#live.paths, { exposure, log });
    if (exposure.hasProxies) this.#attributeToClients(exposure);
    this.#requests = new OpenRequests(server, {
      networkOf: (socket) => sockets.networkOf(socket),
      onAnswered: (socket) => sockets.forgetBytes(socket),
    });
  }

  get socketIo(): SocketIoGateway {
    return this.#live.socketIo;
  }

  /** Answers a request of an embedder's server: pages, REST, and Socket.IO without WebSocket. */
  handle(request: Routed, response: ServerResponse): void {
    Object.assign(request, { url: request.originalUrl ?? request.url, baseUrl: '' });
    this.server.emit('request', request, response);
  }

  /** Serves the WebSockets of an embedder's server at the hub's paths. Returns a function that stops it. */
  attach(server: Server): () => void {
    const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!isFor(this.#live.paths, request)) return;
      this.sockets.follow(socket, this.#exposure.addressOf(request));
      this.server.emit('upgrade', request, socket, head);
    };
    const detach = () => {
      this.#detachers.delete(detach);
      server.off('upgrade', onUpgrade);
    };
    server.on('upgrade', onUpgrade);
    this.#detachers.add(detach);
    return detach;
  }

  /** Bytes from a proxy count for the address of its client. */
  #attributeToClients(exposure: Exposure): void {
    const attribute = (request: IncomingMessage) =>
      this.sockets.attribute(request.socket, exposure.addressOf(request));
    for (const event of ['request', 'upgrade']) this.server.prependListener(event, attribute);
  }

  /** The holders except those of MQTT over WebSocket, for which the broker accounts. */
  override *holders(): Iterable<Holder> {
    yield* this.#live.holders();
    yield* this.eventStreams.holders();
    yield* this.#requests;
  }

  *clients(): Iterable<ConnectedClient> {
    yield* this.#live.clients;
    yield* this.eventStreams.clients;
  }

  override drain(): void {
    super.drain();
    for (const detach of this.#detachers) detach();
  }

  override async close(): Promise<void> {
    this.drain();
    await this.#live.close();
    await super.close();
  }
}
