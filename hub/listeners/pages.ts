import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Logger } from 'pino';
import { type ServerOptions, Server as SocketIoServer } from 'socket.io';
import type { Access } from '../access/access.ts';
import { createHttpApp, type HttpAppOptions } from '../gateways/http/app.ts';
import { refuseOtherUpgrades } from '../gateways/http/refuse.ts';
import { HttpCounters, OpenRequests } from '../gateways/http/requests.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import { MQTT_PATH, serveWebSocketUpgrades } from '../gateways/mqtt/websocket-upgrade.ts';
import { keepToOwnPages, limitHandshakes } from '../gateways/socket-io/admission.ts';
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
  extends Pick<HttpAppOptions, 'readiness' | 'logins' | 'links' | 'history' | 'pagesFolder' | 'checkOrigin'>,
    Pick<SocketIoGatewayOptions, 'hub' | 'sessions' | 'log' | 'scheduler'> {
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
    const { access, limits, budget, tls, metrics, checkOrigin, hub, sessions, scheduler, log, mqtt } =
      options;
    const counters = new HttpCounters();
    const letInFor = (response: ServerResponse) => this.sockets.letInFor(response);
    const letIn = (socket: Socket) => this.sockets.letIn(socket);
    const shareOf = (socket: Socket) => this.sockets.shareOf(socket);
    const app = createHttpApp({ ...options, ...limits, counters, onLetIn: letInFor });
    const server = createPagesServer(app, { tls, limits });
    super({ name: 'pages', server, limits, budget, isAsync: true });
    this.http = counters;
    this.#io = new SocketIoServer(server, socketIoOptions(limits, log));
    keepToOwnPages(this.#io, { checkOrigin, log });
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
      limits,
      scheduler,
      log,
      budget,
    });
    if (mqtt) serveWebSocketUpgrades({ server, gateway: mqtt, checkOrigin, onLetIn: letIn, shareOf, log });
    refuseOtherUpgrades(server, [`${this.#io.path()}/`, ...(mqtt ? [MQTT_PATH] : [])], log);
    this.#requests = new OpenRequests(server, (socket) => this.sockets.forgetBytes(socket));
    this.#incomplete = followIncompleteMessages(this.#io);
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
    this.socketIo.dispose();
  }
}

function socketIoOptions({ payloadBytes, connectSeconds }: HubLimits, log: Logger): Partial<ServerOptions> {
  const base64Bytes = Math.ceil(payloadBytes / 3) * 4; // Long-polling sends bytes as Base64.
  return {
    serveClient: false,
    destroyUpgrade: false, // Others serve upgrades on other paths.
    maxHttpBufferSize: Math.max(MIN_SOCKET_IO_BYTES, base64Bytes + ENVELOPE_BYTES),
    connectTimeout: connectSeconds * 1000,
    parser: SOCKET_IO_PARSER,
    wsEngine: createWebSocketEngine(log),
  };
}
