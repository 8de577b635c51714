import type { IncomingMessage } from 'node:http';
import { Socket as Stream } from 'node:net';
import type { Server, Socket } from 'socket.io';
import { WebSocket, WebSocketServer } from 'ws';

/** A connection of Engine.IO's, whatever carries it. */
export type EngineSocket = Socket['conn'];

/** What is under a connection, unless that is long-polling. Engine.IO's types keep it private. */
export function webSocketOf({ transport }: EngineSocket): WebSocket | undefined {
  const socket: unknown = Reflect.get(transport, 'socket');
  return socket instanceof WebSocket ? socket : undefined;
}

/** What is under that. `ws` keeps it private. */
export function streamOf(connection: EngineSocket): Stream | undefined {
  const webSocket = webSocketOf(connection);
  const stream: unknown = webSocket && Reflect.get(webSocket, '_socket');
  return stream instanceof Stream ? stream : undefined;
}

/** Ends a connection without a word: what waits for its client is thrown away. */
export function abort(connection: EngineSocket): void {
  const webSocket = webSocketOf(connection);
  connection.close(true);
  webSocket?.terminate();
}

/** By what Engine.IO knows a connection: documented, and yet private in its types. */
export function idOf(connection: EngineSocket): string {
  return String(Reflect.get(connection, 'id'));
}

/** The connection that a request belongs to; empty where it is to begin one. */
export function sessionIdOf({ url = '' }: IncomingMessage): string {
  return queryOf(url).sid ?? '';
}

/** The query of a request as Engine.IO understands it: of a name that comes more than once, the last value counts. */
export function queryOf(url: string): Readonly<Record<string, string>> {
  return Object.fromEntries(new URL(url, 'http://localhost').searchParams);
}

/**
 * Bytes handed to an Engine.IO connection that the network has not taken yet: messages, answers and pings alike. Over long-polling the
 * network takes them when the client asks for them.
 */
export class UnsentBytes {
  /** Waiting for the transport. */
  #queued = 0;
  /** With the transport. */
  #inTransport = 0;

  /** `onDrain` is called whenever the transport has got rid of what it had. */
  constructor(connection: EngineSocket, onDrain: () => void) {
    const follow = (transport: EngineSocket['transport']) => {
      this.#inTransport = 0;
      transport.on('drain', () => {
        this.#inTransport = 0;
        onDrain();
      });
    };
    connection.on('packetCreate', ({ data }: { data?: string | Uint8Array }) => {
      this.#queued += data?.length ?? 0;
    });
    connection.on('flush', () => {
      this.#inTransport += this.#queued;
      this.#queued = 0;
    });
    connection.on('upgrade', follow);
    follow(connection.transport);
  }

  get count(): number {
    return this.#queued + this.#inTransport;
  }
}

/** How long a client may take to answer that a connection is to end, milliseconds. */
const FAREWELL_MS = 2_000;

type Options = NonNullable<ConstructorParameters<typeof WebSocketServer>[0]>;

/** The WebSockets under Socket.IO, as its `wsEngine`. Those of its own wait half a minute for a client that is to go, and keep all that it has not read. */
export class PromptWebSocketServer extends WebSocketServer {
  constructor(options: Options) {
    const prompt = { ...options, closeTimeout: FAREWELL_MS };
    super(prompt);
  }
}

/**
 * Tells how long each of Engine.IO's own pings takes to the client and back, milliseconds: every 25 s for every connection, behind all that
 * was on its way to the client before.
 */
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
