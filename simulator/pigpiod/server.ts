import { createServer, type Socket } from 'node:net';
import { BehaviorSubject, type Observable } from 'rxjs';
import { DEFAULT_PIGPIOD_PORT } from '../../devices/facts/pigpiod-port.ts';
import { HubError, toHubError } from '../../hub/core/error.ts';
import { type Listening, LOOPBACK, listen } from '../../hub/listeners/listen.ts';
import type { Board } from '../board/board.ts';
import type { Mirror } from '../mirror/mirror.ts';
import { realPinTable, VIRTUAL_TABLE } from './command-table.ts';
import { Connection, type Wire } from './connection.ts';
import { Daemon, type DaemonOptions } from './daemon.ts';

export interface PigpiodLimits {
  /** The most connections at a time; a further one is closed at once. Default 256. */
  readonly maxConnections: number;
  /** The most bytes buffered for a client that does not read its notifications. Default 256 KiB. */
  readonly maxReportBacklogBytes: number;
}

export interface PigpiodOptions extends DaemonOptions {
  readonly board: Board;
  /** The mirror that connects the board to real pins. Without it the board is a virtual Pi. */
  readonly mirror?: Mirror;
  /** 0 picks a free port. Default 8888. */
  readonly port?: number;
  readonly limits?: Partial<PigpiodLimits>;
  /** Called with a warning when clients reach a limit. */
  readonly onWarning?: (warning: HubError) => void;
}

export interface PigpiodServer {
  /** Listens on 127.0.0.1 and, if the machine has it, ::1. Resolves to the port; rejects with `port/in-use`. */
  listen(): Promise<{ readonly port: number }>;
  /** The number of clients. */
  readonly connections: number;
  /** The number of clients, at once and at every change. */
  readonly connections$: Observable<number>;
  /** Closes all connections and resolves when the port is free. Pins keep their state. */
  close(): Promise<void>;
}

const DEFAULT_LIMITS: PigpiodLimits = { maxConnections: 256, maxReportBacklogBytes: 256 * 1024 };

/** Serves pigpiod's protocol over TCP, for a virtual board or real pins, to any pigpiod client. */
export function createPigpiodServer(options: PigpiodOptions): PigpiodServer {
  const { board, mirror, port = DEFAULT_PIGPIOD_PORT, onWarning = () => {} } = options;
  const commands = mirror ? realPinTable(mirror) : VIRTUAL_TABLE;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const daemon = new Daemon(board, options);
  const sockets = new Set<Socket>();
  const connections$ = new BehaviorSubject(0);
  let listening: Listening | undefined;
  let isCrowded = false;

  /** Rejects a connection beyond the limit; warns once until the number of clients has halved. */
  const refuse = (socket: Socket) => {
    socket.destroy();
    if (!isCrowded) onWarning(crowdedError(limits.maxConnections));
    isCrowded = true;
  };
  // Set everything per socket and nothing on the server: connections to the second address come from a server created by `listen`.
  const server = createServer((socket) => {
    if (sockets.size >= limits.maxConnections) return refuse(socket);
    sockets.add(socket);
    connections$.next(sockets.size);
    socket.once('close', () => {
      sockets.delete(socket);
      connections$.next(sockets.size);
      if (sockets.size < limits.maxConnections / 2) isCrowded = false;
    });
    socket.setNoDelay(true).setKeepAlive(true);
    socket.allowHalfOpen = true; // A client may send its last request before it reads our last answer.
    serve(socket, (wire) => new Connection(daemon, wire, { ...limits, commands, onWarning }));
  });

  return {
    async listen() {
      listening = await listen(server, { hosts: LOOPBACK, port });
      server.on('error', (error) => onWarning(toHubError(error)));
      return { port: listening.port };
    },
    get connections() {
      return sockets.size;
    },
    connections$: connections$.asObservable(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        listening?.close();
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Passes bytes between a socket and a connection, and pauses reading while requests cannot be answered. */
function serve(socket: Socket, connect: (wire: Wire) => Connection): void {
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
  socket.on('error', () => socket.destroy()); // Clients may vanish at any time.
  socket.once('close', () => connection.close());
}

function crowdedError(maxConnections: number): HubError {
  const message = `pigpiod has reached ${maxConnections} clients; more are refused until some leave`;
  return new HubError('limit/exceeded', message);
}
