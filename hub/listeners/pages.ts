import type { ServerResponse } from 'node:http';
import type { Socket, Server as TcpServer } from 'node:net';
import { type ServerOptions, Server as SocketIoServer } from 'socket.io';
import type { Access } from '../access/access.ts';
import { createHttpApp, type HttpAppOptions } from '../gateways/http/app.ts';
import { refuseOtherUpgrades } from '../gateways/http/other-upgrades.ts';
import { HttpCounters, OpenRequests } from '../gateways/http/requests.ts';
import type { MqttGateway } from '../gateways/mqtt/gateway.ts';
import { MQTT_PATH, serveWebSocketUpgrades } from '../gateways/mqtt/websocket-upgrade.ts';
import { measureRoundTrips, PromptWebSocketServer } from '../gateways/socket-io/engine.ts';
import { SocketIoGateway, type SocketIoGatewayOptions } from '../gateways/socket-io/gateway.ts';
import { IncomingMessages } from '../gateways/socket-io/incoming-messages.ts';
import { keepToOwnPages } from '../gateways/socket-io/own-pages.ts';
import { SOCKET_IO_PARSER } from '../gateways/socket-io/parser.ts';
import { limitStrangers } from '../gateways/socket-io/stranger-limit.ts';
import type { Holder } from '../limits/held-bytes.ts';
import { ENVELOPE_BYTES, type HubLimits } from '../limits/hub-limits.ts';
import { StrangerSockets, Strangers } from '../limits/unauthenticated.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { OpenSockets } from './open-sockets.ts';
import { createPagesServer, type Tls } from './servers.ts';

interface PagesPortOptions
  extends Pick<HttpAppOptions, 'readiness' | 'logins' | 'history' | 'pagesFolder' | 'checkOrigin'>,
    Pick<SocketIoGatewayOptions, 'hub' | 'sessions' | 'log'> {
  readonly access: Access;
  readonly limits: HubLimits;
  /** Default: nothing is encrypted. */
  readonly tls?: Tls | undefined;
  readonly metrics: Metrics;
  /** What speaks MQTT over WebSocket. Default: nothing does. */
  readonly mqtt?: MqttGateway | undefined;
}

/** What Socket.IO takes in one piece at least, so that what our own client may send is refused with a word where it is too long, and not cut. */
const LEAST_SOCKET_IO_BYTES = 4 * 2 ** 20;

/** The port of the pages: REST, Socket.IO, and MQTT over WebSocket. It does not listen yet. */
export class PagesPort {
  readonly server: TcpServer;
  readonly sockets: OpenSockets;
  readonly strangers: StrangerSockets;
  readonly io: SocketIoServer;
  readonly socketIo: SocketIoGateway;
  readonly http = new HttpCounters();
  readonly #requests: OpenRequests;
  readonly #incoming: IncomingMessages;

  constructor(options: PagesPortOptions) {
    const { access, limits, tls, metrics, checkOrigin } = options;
    const letInFor = (response: ServerResponse) => this.strangers.letInFor(response);
    const letIn = (socket: Socket) => this.strangers.letIn(socket);
    const app = createHttpApp({ ...options, ...limits, counters: this.http, onLetIn: letInFor });
    const server = createPagesServer(app, { tls, limits });
    this.server = server;
    this.io = new SocketIoServer(server, socketIoOptions(limits));
    keepToOwnPages(this.io, checkOrigin);
    limitStrangers(this.io, {
      handshakeBytes: limits.connectPacketBytes,
      strangers: new Strangers(limits.strangers),
      onLetIn: letIn,
      onRequest: letInFor,
    });
    measureRoundTrips(this.io, metrics.roundTrip);
    const { hub, sessions, log, mqtt } = options;
    this.socketIo = new SocketIoGateway({ io: this.io, hub, sessions, access, limits, log });
    if (mqtt) serveWebSocketUpgrades({ server, gateway: mqtt, checkOrigin, onLetIn: letIn, log });
    refuseOtherUpgrades(server, [`${this.io.path()}/`, ...(mqtt ? [MQTT_PATH] : [])]);
    this.#requests = new OpenRequests(server);
    this.#incoming = new IncomingMessages(this.io);
    this.sockets = new OpenSockets(server);
    this.strangers = new StrangerSockets(server, new Strangers(limits.strangers));
  }

  /** All that keeps memory here, but for MQTT. */
  *holders(): Iterable<Holder> {
    yield* this.socketIo.holders;
    yield* this.#incoming;
    yield* this.#requests;
  }
}

function socketIoOptions({ payloadBytes, connectSeconds }: HubLimits): Partial<ServerOptions> {
  return {
    serveClient: false,
    destroyUpgrade: false, // Those that are not its own are others'.
    maxHttpBufferSize: Math.max(LEAST_SOCKET_IO_BYTES, base64Length(payloadBytes) + ENVELOPE_BYTES),
    connectTimeout: connectSeconds * 1000,
    parser: SOCKET_IO_PARSER,
    wsEngine: PromptWebSocketServer,
  };
}

/** As long-polling carries bytes. */
function base64Length(bytes: number): number {
  return Math.ceil(bytes / 3) * 4;
}
