import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket as Stream } from 'node:net';
import type { Server } from 'socket.io';
import type { Stranger, Strangers } from '../../limits/unauthenticated.ts';
import { type EngineSocket, idOf, sessionIdOf, streamOf } from './engine.ts';

interface StrangerLimitOptions {
  /** The most that one may send before being let in: a handshake, its will included, bytes. */
  readonly handshakeBytes: number;
  /** Bounds how many there are. */
  readonly strangers: Strangers;
  /** Told when somebody was let in over a connection of their own. */
  readonly onLetIn: (stream: Stream) => void;
  /** Told of the requests of one who was let in. */
  readonly onRequest: (response: ServerResponse) => void;
}

/**
 * Keeps small what those may send who are not let in yet, and how many they are. Socket.IO itself has but one limit, and the largest payload
 * must pass it. One who sends more is cut off.
 */
export function limitStrangers(io: Server, options: StrangerLimitOptions): void {
  const { handshakeBytes, strangers, onLetIn, onRequest } = options;
  const byId = new Map<string, Stranger>();
  const isStranger = (id: string) => byId.has(id);
  const forget = (connection: EngineSocket) => {
    const stranger = byId.get(idOf(connection));
    byId.delete(idOf(connection));
    if (stranger) strangers.delete(stranger);
  };
  io.engine.on('connection', (connection: EngineSocket) => {
    const id = idOf(connection);
    const stranger = { address: connection.remoteAddress, drop: () => connection.close(true) };
    byId.set(id, stranger);
    strangers.add(stranger);
    connection.on('close', () => forget(connection));
    if (connection.transport.name === 'websocket') {
      limitSocket(connection.request.socket, handshakeBytes, () => isStranger(id));
    }
  });
  io.on('connection', ({ conn }) => {
    forget(conn);
    const welcome = () => {
      const stream = streamOf(conn);
      if (stream) onLetIn(stream);
    };
    welcome();
    conn.on('upgrade', welcome);
  });
  io.engine.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const id = sessionIdOf(request);
    if (!isStranger(id)) {
      if (id !== '') onRequest(response);
    } else if (request.headers.upgrade !== undefined) {
      limitSocket(request.socket, handshakeBytes, () => isStranger(id));
    } else if (lengthOf(request) > handshakeBytes) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    next();
  });
}

/** Counts what comes over a WebSocket, whether its frames are whole or not. */
function limitSocket(stream: Stream, bytes: number, isStranger: () => boolean): void {
  let received = 0;
  const count = (chunk: Buffer) => {
    received += chunk.byteLength;
    if (!isStranger()) stream.off('data', count);
    else if (received > bytes) stream.destroy();
  };
  stream.on('data', count);
}

/** A body whose length is not told beforehand may be any. */
function lengthOf({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
