import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, Server as SocketIoServer } from 'socket.io';
import type { BrokerCore } from '../broker/core.ts';
import type { ConnectedClient } from '../gateways/client-events.ts';
import type { Exposure } from '../gateways/http/exposure.ts';
import type { RefusalParts } from '../gateways/http/refuse.ts';
import { MQTT_PATH, serveWebSocketUpgrades } from '../gateways/mqtt/websocket-upgrade.ts';
import { keepToOwnPages, limitHandshakes, takeAddresses } from '../gateways/socket-io/admission.ts';
import {
  createWebSocketEngine,
  endEach,
  followIncompleteMessages,
  measureRoundTrips,
} from '../gateways/socket-io/engine.ts';
import { SocketIoGateway } from '../gateways/socket-io/gateway.ts';
import { SOCKET_IO_PARSER } from '../gateways/socket-io/packets.ts';
import type { Holder } from '../limits/held-bytes.ts';
import { ENVELOPE_BYTES, type HubLimits } from '../limits/hub-limits.ts';
import type { Unauthenticated } from '../limits/unauthenticated.ts';
import { inSteps } from '../limits/unbilled.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { OpenSockets } from './open-sockets.ts';

/** The parts of a broker that the web needs. */
export type WebCore = Pick<
  BrokerCore,
  'hub' | 'sessions' | 'access' | 'limits' | 'scheduler' | 'log' | 'budget'
> &
  Partial<Pick<BrokerCore, 'events'>>;

interface LiveWebOptions extends WebCore {
  readonly server: Server;
  readonly sockets: OpenSockets;
  readonly unauthenticated: Unauthenticated;
  readonly exposure: Exposure;
  readonly metrics: Metrics;
  /** Serves MQTT over WebSocket. Default: it is not served. */
  readonly mqtt?: BrokerCore['mqtt'] | undefined;
}

/** Socket.IO accepts messages of at least this size, bytes, so that our client learns why a payload is too long instead of being cut off. */
const MIN_SOCKET_IO_BYTES = 4 * 2 ** 20;

/** Socket.IO, and MQTT over WebSocket, on an HTTP server. */
export class LiveWeb {
  readonly socketIo: SocketIoGateway;
  /** The paths of its upgrades; one that ends in a slash includes everything below it. */
  readonly paths: readonly string[];
  readonly #io: SocketIoServer;
  readonly #incomplete: Iterable<Holder>;
  readonly #exposure: Exposure;
  readonly #budget: BrokerCore['budget'];
  readonly #stopMqtt: (() => void) | undefined;

  constructor(options: LiveWebOptions) {
    const { server, sockets, unauthenticated, exposure, limits, metrics, mqtt, log } = options;
    const letIn = (socket: Duplex) => sockets.letIn(socket);
    this.#exposure = exposure;
    this.#budget = options.budget;
    this.#io = new SocketIoServer(server, socketIoOptions(limits, { exposure, log }));
    takeAddresses(this.#io, exposure);
    keepToOwnPages(this.#io, { exposure, log });
    limitHandshakes(this.#io, {
      handshakeBytes: limits.connectPacketBytes,
      unauthenticated,
      allow: (socket, bytes) => sockets.allow(socket, bytes),
      onLetIn: letIn,
      onRequest: (response: ServerResponse) => sockets.letInFor(response),
    });
    measureRoundTrips(this.#io, (ms) => metrics.roundTrip(ms));
    this.socketIo = new SocketIoGateway({ ...options, io: this.#io });
    this.#incomplete = followIncompleteMessages(this.#io);
    const shareOf = (socket: Duplex) => sockets.shareOf(socket);
    this.#stopMqtt =
      mqtt && serveWebSocketUpgrades({ server, gateway: mqtt, exposure, onLetIn: letIn, shareOf, log });
    this.paths = [`${this.#io.path()}/`, ...(mqtt ? [exposure.basePath + MQTT_PATH] : [])];
  }

  get clients(): Iterable<ConnectedClient> {
    return this.socketIo.clients;
  }

  *holders(): Iterable<Holder> {
    yield* this.socketIo.holders();
    yield* this.#incomplete;
  }

  /** Disconnects all clients of Socket.IO. The server stays open. */
  async close(): Promise<void> {
    this.#exposure.close();
    this.#stopMqtt?.();
    await inSteps(endEach(this.#io), this.#budget);
    this.#io.disconnectSockets(true); // Disconnects the clients that connected meanwhile.
    this.socketIo.dispose();
    this.#io.engine.close();
  }
}

function socketIoOptions(
  { payloadBytes, connectSeconds }: HubLimits,
  parts: RefusalParts & Pick<LiveWebOptions, 'exposure'>,
): Partial<ServerOptions> {
  const base64Bytes = Math.ceil(payloadBytes / 3) * 4; // Long-polling sends bytes as Base64.
  return {
    path: `${parts.exposure.basePath}/socket.io`,
    serveClient: false,
    destroyUpgrade: false, // Other handlers serve upgrades on other paths.
    maxHttpBufferSize: Math.max(MIN_SOCKET_IO_BYTES, base64Bytes + ENVELOPE_BYTES),
    connectTimeout: connectSeconds * 1000,
    parser: SOCKET_IO_PARSER,
    wsEngine: createWebSocketEngine(parts),
  };
}
