import { type AddressInfo, createServer, type Socket } from 'node:net';
import { HubError, toHubError } from '../../hub/core/error.ts';
import type { Board } from '../board/board.ts';
import { Connection, type Wire } from './connection.ts';
import { Daemon, type DaemonOptions } from './daemon.ts';

/** The port that clients of pigpiod expect. */
export const DEFAULT_PIGPIOD_PORT = 8888;

export interface PigpiodLimits {
  /** Connections at a time; one more is closed at once. Default 256. */
  readonly maxConnections: number;
  /** What is kept for a client that does not read its notifications, bytes. Default 256 KiB. */
  readonly maxReportBacklogBytes: number;
}

export interface PigpiodOptions extends DaemonOptions {
  readonly board: Board;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** 0 takes a free one. Default 8888. */
  readonly port?: number;
  readonly limits?: Partial<PigpiodLimits>;
  /** Hears of clients that come up against a limit. */
  readonly onWarning?: (warning: HubError) => void;
}

export interface PigpiodServer {
  /** Resolves to where it listens. Rejects with `port/in-use`, or `driver/unavailable` for another reason. */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  /** How many clients there are. */
  readonly connections: number;
  /** Closes all connections, and resolves when the port is free. Pins stay as they are. */
  close(): Promise<void>;
}

const DEFAULT_LIMITS: PigpiodLimits = { maxConnections: 256, maxReportBacklogBytes: 256 * 1024 };

/** pigpiod's socket, in front of a virtual board: any program that speaks to pigpiod speaks to it. */
export function createPigpiodServer(options: PigpiodOptions): PigpiodServer {
  const { board, host = '127.0.0.1', port = DEFAULT_PIGPIOD_PORT, onWarning = () => {} } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const daemon = new Daemon(board, options);
  const sockets = new Set<Socket>();
  let isCrowded = false;
  // A client may have sent its last before it has read our last.
  const server = createServer({ allowHalfOpen: true, noDelay: true, keepAlive: true });
  server.maxConnections = limits.maxConnections;

  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      if (sockets.size < limits.maxConnections / 2) isCrowded = false;
    });
    attend(socket, (wire) => new Connection(daemon, wire, { ...limits, onWarning }));
  });
  server.on('drop', () => {
    // One warning for a whole crowd.
    if (!isCrowded) onWarning(crowdedError(limits.maxConnections));
    isCrowded = true;
  });

  return {
    listen: () =>
      new Promise((resolve, reject) => {
        const fail = (error: Error) => reject(listenError(error, host, port));
        server.once('error', fail);
        server.listen(port, host, () => {
          server.off('error', fail);
          server.on('error', (error) => onWarning(toHubError(error)));
          const { address, port: actual } = server.address() as AddressInfo;
          resolve({ host: address, port: actual });
        });
      }),
    get connections() {
      return sockets.size;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Joins a socket to a connection: bytes both ways, and no more in than can be answered. */
function attend(socket: Socket, connect: (wire: Wire) => Connection): void {
  const wire: Wire = {
    send: (bytes) => void socket.write(bytes),
    get bufferedBytes() {
      return socket.writableLength;
    },
    end: () => socket.destroySoon(),
  };
  const connection = connect(wire);
  const resume = () => {
    if (!connection.isBlocked && !socket.writableNeedDrain) socket.resume();
  };
  socket.on('data', (bytes: Uint8Array) => {
    connection.receive(bytes);
    if (!connection.isBlocked && !socket.writableNeedDrain) return;
    socket.pause();
    connection.whenFree(resume);
  });
  socket.on('drain', resume);
  socket.on('end', () => connection.whenFree(() => socket.end()));
  socket.on('error', () => socket.destroy()); // A client that vanishes is no fault of the daemon's.
  socket.once('close', () => connection.close());
}

function crowdedError(maxConnections: number): HubError {
  const message = `pigpiod has its ${maxConnections} clients; more are refused until some leave`;
  return new HubError('limit/exceeded', message);
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): HubError {
  if (error.code === 'EADDRINUSE') {
    const message = `port ${port} on ${host} is in use, perhaps by another pigpiod`;
    return new HubError('port/in-use', message, { cause: error });
  }
  return new HubError('driver/unavailable', `cannot listen on ${host}:${port}: ${error.message}`, {
    cause: error,
  });
}
