import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { asyncScheduler, type SchedulerLike } from 'rxjs';
import { Server } from 'socket.io';
import type { Access } from '../../../../hub/access/access.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { Hub } from '../../../../hub/core/hub.ts';
import type { Journal } from '../../../../hub/core/ports.ts';
import type { RetainedLimits } from '../../../../hub/core/retained-room.ts';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';
import { DEFAULT_INSPECTION_LIMITS } from '../../../../hub/gateways/inspector/room.ts';
import { createWebSocketEngine } from '../../../../hub/gateways/socket-io/engine.ts';
import { SocketIoGateway, type SocketIoGatewayOptions } from '../../../../hub/gateways/socket-io/gateway.ts';
import { SOCKET_IO_PARSER } from '../../../../hub/gateways/socket-io/packets.ts';
import { TurnBudget } from '../../../../hub/limits/turn-budget.ts';
import { Unauthenticated } from '../../../../hub/limits/unauthenticated.ts';
import { OpenSockets } from '../../../../hub/listeners/open-sockets.ts';
import type { SessionLimits } from '../../../../hub/session/limits.ts';
import { Sessions } from '../../../../hub/session/sessions.ts';

export interface SocketIoHubOptions {
  readonly limits?: Partial<SocketIoGatewayOptions['limits'] & SessionLimits & RetainedLimits>;
  readonly scheduler?: SchedulerLike;
  /** Default: one that the system chooses. */
  readonly port?: number;
  /** Default: nothing is stored, and everything is safe at once. */
  readonly journal?: Journal;
  /** Default: all clients are admitted. */
  readonly access?: Access;
}

/** A hub with Socket.IO as its only entrance, on a separate port. */
export interface SocketIoHub {
  readonly hub: Hub;
  readonly sessions: Sessions;
  readonly gateway: SocketIoGateway;
  readonly io: Server;
  readonly port: number;
  readonly url: string;
  /** The open TCP connections. */
  countConnections(): Promise<number>;
  /** Ends like a hub that is asked to stop: with a goodbye to its clients. */
  stop(): Promise<void>;
  /** Ends like a hub that is killed: connections break. */
  kill(): Promise<void>;
}

export async function openSocketIoHub(options: SocketIoHubOptions = {}): Promise<SocketIoHub> {
  const { limits = {}, scheduler = asyncScheduler } = options;
  const { journal, access } = options;
  const hub = new Hub({ now: () => scheduler.now(), limits, ...(journal && { journal }) });
  const sessions = new Sessions({ hub, scheduler, limits });
  const server = createServer();
  const exposure = new Exposure({ isLoopbackOnly: true });
  const log = pino({ level: 'silent' });
  const io = new Server(server, {
    maxHttpBufferSize: 4 * 2 ** 20,
    parser: SOCKET_IO_PARSER,
    wsEngine: createWebSocketEngine({ exposure, log }),
  });
  const budget = new TurnBudget();
  const unauthenticated = new Unauthenticated({ strangers: 1_000, strangerBytes: 2 ** 30 });
  const sockets = new OpenSockets({ budget, unauthenticated, isAsync: true }).followAll(server);
  io.on('connection', ({ request }) => sockets.letIn(request.socket));
  const gateway = new SocketIoGateway({
    access,
    budget,
    io,
    hub,
    sessions,
    scheduler,
    limits: {
      payloadBytes: 2 ** 20,
      topicLevels: 128,
      filtersAtOnce: 1_000,
      eventsPerSecond: 10_000,
      stuckSeconds: 30,
      ...DEFAULT_INSPECTION_LIMITS,
      ...limits,
    },
    exposure,
    log,
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    await io.close();
    gateway.dispose();
    sessions.dispose();
  };
  return {
    hub,
    sessions,
    gateway,
    io,
    port,
    url: `http://127.0.0.1:${port}`,
    countConnections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async stop() {
      sessions.closeAll(new HubError('hub/closing', 'the hub is closing'));
      await stop();
    },
    async kill() {
      server.closeAllConnections();
      await stop();
    },
  };
}
