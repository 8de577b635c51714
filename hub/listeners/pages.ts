import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type ServerOptions, Server as SocketIoServer } from 'socket.io';
import type { Access } from '../access/access.ts';
import { createHttpApp, type HttpAppOptions } from '../gateways/http/app.ts';
import type { Exposure } from '../gateways/http/exposure.ts';
import { type RefusalParts, refuseOtherUpgrades } from '../gateways/http/refuse.ts';
import { HttpCounters, OpenRequests } from '../gateways/http/requests.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import { MQTT_PATH, serveWebSocketUpgrades } from '../gateways/mqtt/websocket-upgrade.ts';
import { keepToOwnPages, limitHandshakes, takeAddresses } from '../gateways/socket-io/admission.ts';
import {
  createWebSocketEngine,
  followIncompleteMessages,
  measureRoundTrips,
} from '../gateways/socket-io/engine.ts';
import { SocketIoGateway, type SocketIoGatewayOptions } from '../gateways/socket-io/gateway.ts';
import { SOCKET_IO_PARSER } from '../gateways/socket-io/packets.ts';
import type { Holder } from '../limits/held-bytes.ts';
import { ENVELOPE_BYTES, type HubLimits } from '../limits/hub-limits.ts';
import type { TurnBudget } from '../limits/turn-budget.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { TcpListener } from './listener.ts';
import { createPagesServer, type Tls } from './servers.ts';

interface PagesListenerOptions
  extends Pick<HttpAppOptions, 'readiness' | 'logins' | 'links' | 'history' | 'pagesFolder' | 'exposure'>,
    Pick<SocketIoGatewayOptions, 'hub' | 'sessions' | 'log'> {
  readonly access: Access;
  readonly limits: HubLimits;
  readonly budget: TurnBudget;
  /** Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  readonly metrics: Metrics;
  /** Serves MQTT over WebSocket. Default: it is not served. */
  readonly mqtt?: MqttGateway | undefined;
}

/** Socket.IO accepts messages of at least this size, bytes, so that our client learns why a payload is too long instead of being cut off. */
const MIN_SOCKET_IO_BYTES = 4 * 2 ** 20;

/** Pages, REST, Socket.IO, and MQTT over WebSocket on one port. */
export class PagesListener extends TcpListener {
  readonly socketIo: SocketIoGateway;
  readonly http: HttpCounters;
  readonly #io: SocketIoServer;
  readonly #requests: OpenRequests;
  readonly #incomplete: Iterable<Holder>;

  constructor(options: PagesListenerOptions) {
    const { access, limits, budget, tls, metrics, exposure, hub, sessions, log, mqtt } = options;
    const counters = new HttpCounters();
    const letInFor = (response: ServerResponse) => this.sockets.letInFor(response);
    const letIn = (socket: Socket) => this.sockets.letIn(socket);
    const shareOf = (socket: Socket) => this.sockets.shareOf(socket);
    const app = createHttpApp({ ...options, ...limits, counters, onLetIn: letInFor });
    const server = createPagesServer(app, { tls, limits });
    super({ name: 'pages', server, limits, budget, isAsync: true });
    this.http = counters;
    this.#io = new SocketIoServer(server, socketIoOptions(limits, { exposure, log }));
    takeAddresses(this.#io, exposure);
    keepToOwnPages(this.#io, { exposure, log });
    limitHandshakes(this.#io, {
      handshakeBytes: limits.connectPacketBytes,
      unauthenticated: this.unauthenticated,
      allow: (socket, bytes) => this.sockets.allow(socket, bytes),
      onLetIn: letIn,
      onRequest: letInFor,
    });
    measureRoundTrips(this.#io, (ms) => metrics.roundTrip(ms));
    this.socketIo = new SocketIoGateway({
      io: this.#io,
      hub,
      sessions,
      access,
      exposure,
      limits,
      log,
      budget,
    });
    if (mqtt) serveWebSocketUpgrades({ server, gateway: mqtt, exposure, onLetIn: letIn, shareOf, log });
    const paths = [`${this.#io.path()}/`, ...(mqtt ? [exposure.basePath + MQTT_PATH] : [])];
    refuseOtherUpgrades(server, paths, { exposure, log });
    if (exposure.hasProxies) this.#attributeToClients(exposure);
    this.#requests = new OpenRequests(server, (socket) => this.sockets.forgetBytes(socket));
    this.#incomplete = followIncompleteMessages(this.#io);
  }

  /** What a proxy sends counts as sent from where its client is. */
  #attributeToClients(exposure: Exposure): void {
    const attribute = (request: IncomingMessage) =>
      this.sockets.attribute(request.socket, exposure.addressOf(request));
    for (const event of ['request', 'upgrade']) this.server.prependListener(event, attribute);
  }

  /** Without MQTT over WebSocket. */
  override *holders(): Iterable<Holder> {
    yield* this.socketIo.holders();
    yield* this.#incomplete;
    yield* this.#requests;
  }

  override async close(): Promise<void> {
    this.drain();
    await this.#io.close();
    await super.close();
  }
}

function socketIoOptions(
  { payloadBytes, connectSeconds }: HubLimits,
  parts: RefusalParts & Pick<PagesListenerOptions, 'exposure'>,
): Partial<ServerOptions> {
  const base64Bytes = Math.ceil(payloadBytes / 3) * 4; // Long-polling sends bytes as Base64.
  return {
    path: `${parts.exposure.basePath}/socket.io`,
    serveClient: false,
    destroyUpgrade: false, // Others serve upgrades on other paths.
    maxHttpBufferSize: Math.max(MIN_SOCKET_IO_BYTES, base64Bytes + ENVELOPE_BYTES),
    connectTimeout: connectSeconds * 1000,
    parser: SOCKET_IO_PARSER,
    wsEngine: createWebSocketEngine(parts),
  };
}
