import { Socket as Stream } from 'node:net';
import type { Socket } from 'socket.io';
import { WebSocket } from 'ws';

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
