import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConnectedClient } from '../gateways/client-events.ts';
import { createHttpApp, type HttpAppOptions } from '../gateways/http/app.ts';
import type { Exposure } from '../gateways/http/exposure.ts';
import { refuseOtherUpgrades } from '../gateways/http/refuse.ts';
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
    Pick<HttpAppOptions, 'readiness' | 'logins' | 'links' | 'history' | 'pagesFolder' | 'exposure'> {
  /** Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  readonly metrics: Metrics;
  /** Serves MQTT over WebSocket. Default: it is not served. */
  readonly mqtt?: MqttGateway | undefined;
}

/** Pages, REST, Socket.IO, and MQTT over WebSocket on one port. */
export class PagesListener extends TcpListener {
  readonly http: HttpCounters;
  readonly #live: LiveWeb;
  readonly #requests: OpenRequests;

  constructor(options: PagesListenerOptions) {
    const { limits, budget, tls, exposure, log } = options;
    const counters = new HttpCounters();
    const onLetIn = (response: ServerResponse) => this.sockets.letInFor(response);
    const app = createHttpApp({ ...options, ...limits, counters, onLetIn });
    const server = createPagesServer(app, { tls, limits });
    super({ name: 'pages', server, limits, budget, isAsync: true });
    this.http = counters;
    const { sockets, unauthenticated } = this;
    this.#live = new LiveWeb({ ...options, server, sockets, unauthenticated });
    refuseOtherUpgrades(server, this.#live.paths, { exposure, log });
    if (exposure.hasProxies) this.#attributeToClients(exposure);
    this.#requests = new OpenRequests(server, {
      networkOf: (socket) => sockets.shareOf(socket).network,
      onAnswered: (socket) => sockets.forgetBytes(socket),
    });
  }

  get socketIo(): SocketIoGateway {
    return this.#live.socketIo;
  }

  /** What a proxy sends counts as sent from where its client is. */
  #attributeToClients(exposure: Exposure): void {
    const attribute = (request: IncomingMessage) =>
      this.sockets.attribute(request.socket, exposure.addressOf(request));
    for (const event of ['request', 'upgrade']) this.server.prependListener(event, attribute);
  }

  /** Without MQTT over WebSocket. */
  override *holders(): Iterable<Holder> {
    yield* this.#live.holders();
    yield* this.#requests;
  }

  clients(): Iterable<ConnectedClient> {
    return this.#live.clients;
  }

  override async close(): Promise<void> {
    this.drain();
    await this.#live.close();
    await super.close();
  }
}
