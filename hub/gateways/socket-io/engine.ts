import type { IncomingMessage } from 'node:http';
import { Socket as Stream } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Server, Socket } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';
import { HubError } from '../../core/error.ts';
import type { Holder } from '../../limits/held-bytes.ts';
import { networkOf } from '../../limits/network.ts';
import { type RefusalParts, refuseUpgrade } from '../http/refuse.ts';

/** An Engine.IO connection over any transport. */
export type EngineSocket = Socket['conn'];

/** The WebSocket of a connection; `undefined` for long-polling. Engine.IO's types keep it private. */
export function webSocketOf({ transport }: EngineSocket): WebSocket | undefined {
  const socket: unknown = Reflect.get(transport, 'socket');
  return socket instanceof WebSocket ? socket : undefined;
}

/** The TCP or TLS socket of that WebSocket. `ws` keeps it private. */
export function streamOf(connection: EngineSocket): Stream | undefined {
  const webSocket = webSocketOf(connection);
  const stream: unknown = webSocket && Reflect.get(webSocket, '_socket');
  return stream instanceof Stream ? stream : undefined;
}

/** Ends a connection at once; unsent data is dropped. */
export function abort(connection: EngineSocket): void {
  const webSocket = webSocketOf(connection);
  connection.close(true);
  webSocket?.terminate();
}

/** Engine.IO's id of a connection: documented, yet private in its types. */
export function idOf(connection: EngineSocket): string {
  return String(Reflect.get(connection, 'id'));
}

interface Upgradable {
  readonly upgrading: boolean;
  readonly upgraded: boolean;
}

/** The open connection with an id, if there is one. */
export function findConnection(io: Server, id: string): Upgradable | undefined {
  const connections = connectionsOf(io);
  return Object.hasOwn(connections, id) ? connections[id] : undefined;
}

/** Ends all connections, one for each step. */
export function* endEach(io: Server): Iterable<void> {
  for (const connection of Object.values(connectionsOf(io))) {
    connection.close(true);
    yield;
  }
}

/** The connections by id. Engine.IO's types keep the table private. */
function connectionsOf({ engine }: Server): Readonly<Record<string, EngineSocket & Upgradable>> {
  return Reflect.get(engine, 'clients');
}

/** The id of the connection that a request belongs to; empty if the request begins a connection. */
export function sessionIdOf({ url }: IncomingMessage): string {
  return queryOf(url).sid ?? '';
}

/** The query of a request as Engine.IO reads it: if a name comes more than once, the last value counts. */
export function queryOf(url = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(url, 'http://localhost').searchParams);
}

/** Bytes handed to an Engine.IO connection that the network has not taken yet. With long-polling it takes them when the client asks. */
export class UnsentBytes {
  #waitingForTransport = 0;
  #inTransport = 0;

  /** `onDrain` is called whenever the transport has sent all that it had. */
  constructor(connection: EngineSocket, onDrain: () => void) {
    const follow = (transport: EngineSocket['transport']) => {
      this.#inTransport = 0;
      transport.on('drain', () => {
        this.#inTransport = 0;
        onDrain();
      });
    };
    connection.on('packetCreate', ({ data }: { data?: string | Uint8Array }) => {
      this.#waitingForTransport += data?.length ?? 0;
    });
    connection.on('flush', () => {
      this.#inTransport += this.#waitingForTransport;
      this.#waitingForTransport = 0;
    });
    connection.on('upgrade', follow);
    follow(connection.transport);
  }

  get count(): number {
    return this.#waitingForTransport + this.#inTransport;
  }
}

/** How long a client may take to answer a close frame, milliseconds. By default `ws` waits 30 s, and keeps all unsent data. */
const CLOSE_TIMEOUT_MS = 2_000;

type WebSocketOptions = NonNullable<ConstructorParameters<typeof WebSocketServer>[0]>;

/** The `wsEngine` of a Socket.IO server: WebSockets that close promptly, and answer a refused handshake with JSON. */
export function createWebSocketEngine(
  parts: RefusalParts,
): new (
  options?: WebSocketOptions,
) => WebSocketServer {
  return class extends WebSocketServer {
    constructor(options?: WebSocketOptions) {
      const withTimeout = { ...options, closeTimeout: CLOSE_TIMEOUT_MS };
      super(withTimeout);
      this.on('wsClientError', ({ message }: Error, socket: Duplex, request: IncomingMessage) => {
        refuseUpgrade({ ...parts, request, socket, error: new HubError('protocol/violation', message) });
      });
    }
  };
}

/** Calls back with the round-trip time of each Engine.IO ping, milliseconds. A ping waits behind all unsent data. */
export function measureRoundTrips(io: Server, record: (ms: number) => void): void {
  io.engine.on('connection', (connection: EngineSocket) => {
    let sentAtMs: number | undefined;
    connection.on('packetCreate', ({ type }: { type: string }) => {
      if (type === 'ping') sentAtMs = performance.now();
    });
    connection.on('heartbeat', () => {
      if (sentAtMs !== undefined) record(performance.now() - sentAtMs);
      sentAtMs = undefined;
    });
  });
}

/** Returns a live set of the incomplete messages of all WebSockets. A long poll counts as a request. */
export function followIncompleteMessages(io: Server): Iterable<Holder> {
  const open = new Set<Holder>();
  io.engine.on('connection', (connection: EngineSocket) => {
    const holder = holdIncompleteMessage(connection);
    open.add(holder);
    connection.on('close', () => open.delete(holder));
  });
  return open;
}

function holdIncompleteMessage(connection: EngineSocket): Holder {
  let stream: Stream | undefined;
  /** How many bytes had been received at the end of the last message. */
  let readBefore = 0;
  const completed = () => {
    readBefore = stream?.bytesRead ?? 0;
  };
  const follow = () => {
    stream = streamOf(connection); // `undefined` while the client is polling.
    completed();
    webSocketOf(connection)?.on('message', completed);
  };
  follow();
  connection.on('upgrade', follow);
  return {
    network: networkOf(connection.remoteAddress),
    get heldBytes() {
      return (stream?.bytesRead ?? 0) - readBefore;
    },
    cutOff: () => abort(connection),
  };
}
