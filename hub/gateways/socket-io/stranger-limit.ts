import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'socket.io';
import type { EngineSocket } from './engine-socket.ts';
import { idOf, sessionIdOf } from './session-id.ts';

/**
 * Keeps small what those may send who are not let in yet: a handshake, its will included. Socket.IO itself has but one limit, and the largest
 * payload must pass it. One who sends more is cut off.
 */
export function limitStrangers(io: Server, handshakeBytes: number): void {
  const strangers = new Set<string>();
  io.engine.on('connection', (connection: EngineSocket) => {
    strangers.add(idOf(connection));
    connection.on('close', () => strangers.delete(idOf(connection)));
    if (connection.transport.name === 'websocket') {
      limitSocket(connection.request, handshakeBytes, () => strangers.has(idOf(connection)));
    }
  });
  io.on('connection', ({ conn }) => strangers.delete(idOf(conn)));
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const isStranger = strangers.has(sessionIdOf(request));
    if (isStranger && lengthOf(request) > handshakeBytes)
      response.writeHead(413, { connection: 'close' }).end();
    else next();
  });
}

/** Counts what comes over a WebSocket, whether its frames are whole or not. */
function limitSocket({ socket }: IncomingMessage, bytes: number, isStranger: () => boolean): void {
  let received = 0;
  const count = (chunk: Buffer) => {
    received += chunk.byteLength;
    if (!isStranger()) socket.off('data', count);
    else if (received > bytes) socket.destroy();
  };
  socket.on('data', count);
}

/** A body whose length is not told beforehand may be any. */
function lengthOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
