import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { COMMAND_NUMBERS } from '../../../../devices/pins/pigpiod/protocol.ts';
import type { Address } from '../../../../devices/pins/socket/dial.ts';

/** A request as the daemon saw it: `PWM 21 128`. */
export type Line = string;

/** A result for a request, or `undefined` for no answer at all. */
export type Script = (line: Line) => number | undefined;

/** A daemon that answers by a script; it models neither pins nor time. */
export interface ScriptedDaemon {
  readonly address: Address;
  /** All requests so far, in order, on whichever connection. */
  readonly lines: Line[];
  script: Script;
  /** How many there are now. */
  readonly connections: number;
  /** Cuts what is sent into pieces of this many bytes. */
  pieceBytes: number;
  /** Sends bytes on the connections on which NOIB was requested. */
  notify(bytes: Uint8Array): void;
  /** Sends bytes on all connections. */
  sendToAll(bytes: Uint8Array): void;
  /** Drops all connections. */
  drop(): void;
  /** Stops like a killed daemon; `start` takes the same port again. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

const NAMES = new Map<number, string>(
  Object.entries(COMMAND_NUMBERS).map(([name, number]) => [number, name]),
);

/** The answers of an idle Pi 4: 800 Hz, 250 steps, no PWM, GPIO 2–27 permitted. */
export const idlePi: Script = (line) => {
  const [command = '', p1 = '0', p2 = '0'] = line.split(' ');
  const gpio = Number(p1);
  switch (command) {
    case 'MODES':
      if (gpio < 2 || gpio > 27) return -41;
      return Number(p2) > 7 ? -4 : 0;
    case 'PFG':
      return 800;
    case 'PFS':
      return 800;
    case 'PRRG':
    case 'PRS':
      return 250;
    case 'PRG':
      return 255;
    case 'GDC':
      return -92;
    case 'GPW':
      return -93;
    default:
      return 0;
  }
};

export async function startScriptedDaemon(script: Script = idlePi): Promise<ScriptedDaemon> {
  const sockets = new Set<Socket>();
  const listeners = new Set<Socket>();
  const lines: Line[] = [];
  let server: Server;
  let port = 0;

  const send = (socket: Socket, bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += daemon.pieceBytes) {
      socket.write(bytes.subarray(at, at + daemon.pieceBytes));
    }
  };
  const answer = (socket: Socket, request: Buffer) => {
    const command = NAMES.get(request.readUInt32LE(0)) ?? '?';
    const line = `${command} ${request.readUInt32LE(4)} ${request.readUInt32LE(8)}`;
    lines.push(line);
    if (command === 'NOIB') listeners.add(socket);
    const result = daemon.script(line);
    if (result === undefined) return;
    const response = Buffer.from(request);
    response.writeInt32LE(result, 12);
    send(socket, response);
  };
  const serve = (socket: Socket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => {}); // The driver may leave at any time.
    socket.on('close', () => {
      sockets.delete(socket);
      listeners.delete(socket);
    });
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      for (; rest.length >= 16; rest = rest.subarray(16)) answer(socket, rest.subarray(0, 16));
    });
  };

  const daemon: ScriptedDaemon = {
    get address() {
      return { hosts: ['127.0.0.1'], port, timeoutMs: 30_000 };
    },
    get connections() {
      return sockets.size;
    },
    lines,
    script,
    pieceBytes: 4096,
    notify(bytes) {
      for (const socket of listeners) send(socket, bytes);
    },
    sendToAll(bytes) {
      for (const socket of sockets) send(socket, bytes);
    },
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async kill() {
      server.close();
      daemon.drop();
      await once(server, 'close');
    },
    async start() {
      server = createServer({ noDelay: true }, serve).listen(port, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    },
  };
  await daemon.start();
  return daemon;
}
