import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { COMMAND_NUMBERS, type CommandName } from '../../../../devices/pins/rgpiod/protocol.ts';
import type { Address } from '../../../../devices/pins/socket/dial.ts';
import { type StandInAnswer, StandInBoard } from './stand-in-board.ts';

/**
 * A stand-in for rgpiod, and not the daemon itself: Debian has no package of it, and its source may not be fetched and built here. It speaks the
 * socket protocol of lg 0.2.2, and shows what was observed when the real daemon was tried on a simulated GPIO chip:
 * - PWM on a line that was not claimed as an output makes it an open drain, which never goes high;
 * - PWM of 0 Hz leaves the line high;
 * - everything that a connection has is freed when it closes;
 * - an alert reports edges only, not the present level.
 */
export interface StandInRgpiod {
  readonly address: Address;
  readonly board: StandInBoard;
  /** All requests so far, in order, on whichever connection: `PX 0 21 100000 30000 0 0`. */
  readonly requests: string[];
  /** How many connections there are now. */
  readonly connections: number;
  /** Cuts what is sent into pieces of this many bytes. */
  pieceBytes: number;
  /** Whether requests are answered. */
  isMute: boolean;
  /** Sends a report on all connections for reports. */
  report(report: { gpio: number; level: number; ns: bigint }): void;
  /** Drops all connections. */
  drop(): void;
  /** Stops like a killed daemon; `start` takes the same port again. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

const NAMES = new Map<number, CommandName>(
  Object.entries(COMMAND_NUMBERS).map(([name, number]) => [number, name as CommandName]),
);

const HEADER_BYTES = 16;

/** The chips of a Pi 5 with an older kernel: the header is on number 4. */
const PI_5_CHIPS: ReadonlyMap<number, string> = new Map([
  [0, 'gpio-brcmstb@107d508500'],
  [4, 'pinctrl-rp1'],
]);

export async function startStandInRgpiod(
  chips: ReadonlyMap<number, string> = PI_5_CHIPS,
): Promise<StandInRgpiod> {
  const sockets = new Set<Socket>();
  const reporters = new Map<number, Socket>();
  const requests: string[] = [];
  let server: Server;
  let port = 0;

  const send = (socket: Socket, bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; at += daemon.pieceBytes)
      socket.write(bytes.subarray(at, at + daemon.pieceBytes));
  };
  const sendReport = (socket: Socket, report: { gpio: number; level: number; ns: bigint }) => {
    const bytes = Buffer.alloc(16);
    bytes.writeBigUInt64LE(report.ns);
    bytes.set([0, report.gpio, report.level, 0], 8);
    send(socket, bytes);
  };
  const board = new StandInBoard({
    chips,
    onEdge(handle, gpio, level) {
      const socket = reporters.get(handle);
      if (socket) sendReport(socket, { gpio, level, ns: process.hrtime.bigint() });
    },
  });
  const openReports = (socket: Socket): StandInAnswer => {
    const handle = reporters.size;
    reporters.set(handle, socket);
    return { status: handle };
  };
  const answer = (socket: Socket, header: Buffer, parameters: readonly number[]) => {
    const name = NAMES.get(header.readUInt16LE(8));
    requests.push([name ?? header.readUInt16LE(8), ...parameters].join(' '));
    if (daemon.isMute) return;
    const [p1 = 0, p2 = 0, p3 = 0, p4 = 0, p5 = 0] = parameters;
    const { status, data = new Uint8Array(0) }: StandInAnswer =
      name === undefined
        ? { status: -47 }
        : name === 'NOIB'
          ? openReports(socket)
          : board.answer(socket, name, [p1, p2, p3, p4, p5]);
    const head = Buffer.from(header);
    head.writeInt32LE(status, 0);
    head.writeUInt32LE(data.length, 4);
    send(socket, Buffer.concat([head, data]));
  };
  const serve = (socket: Socket) => {
    sockets.add(socket);
    let rest = Buffer.alloc(0);
    socket.on('error', () => {}); // The driver may leave at any time.
    socket.on('close', () => {
      sockets.delete(socket);
      board.closeConnection(socket);
    });
    socket.on('data', (bytes) => {
      rest = Buffer.concat([rest, bytes]);
      while (rest.length >= HEADER_BYTES) {
        const end = HEADER_BYTES + rest.readUInt32LE(4);
        if (rest.length < end) return;
        const request = rest.subarray(0, end);
        rest = rest.subarray(end);
        answer(socket, request.subarray(0, HEADER_BYTES), parametersOf(request));
      }
    });
  };

  const daemon: StandInRgpiod = {
    get address() {
      // Generous: the machine may be busy.
      return { hosts: ['127.0.0.1'], port, timeoutMs: 30_000 };
    },
    board,
    requests,
    get connections() {
      return sockets.size;
    },
    pieceBytes: 4096,
    isMute: false,
    report(report) {
      for (const socket of reporters.values()) sendReport(socket, report);
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

function parametersOf(request: Buffer): number[] {
  return Array.from({ length: request.readUInt16LE(12) }, (_, index) =>
    request.readUInt32LE(HEADER_BYTES + index * 4),
  );
}
