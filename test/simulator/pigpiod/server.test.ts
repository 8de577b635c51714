import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { Board } from '../../../simulator/board/board.ts';
import { Repeat } from '../../../simulator/board/repeat.ts';
import { Wave } from '../../../simulator/board/wave.ts';
import { createPigpiodServer, type PigpiodLimits } from '../../../simulator/pigpiod/server.ts';
import { encode, words } from './client.ts';

const TICK = encode([16]);

/** The loopback addresses of this machine, of which a container may lack the second. */
const LOOPBACK = ['127.0.0.1', '::1'].filter((host) =>
  Object.values(networkInterfaces()).some((entries) => entries?.some(({ address }) => address === host)),
);

describe('the daemon on its port', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function open(limits: Partial<PigpiodLimits> = {}) {
    const board = new Board();
    const warnings: string[] = [];
    const server = createPigpiodServer({
      board,
      port: 0,
      limits,
      onWarning: ({ code }) => warnings.push(code),
    });
    const { port } = await server.listen();
    cleanUps.push(async () => {
      await server.close();
      board.close();
    });
    return { board, server, port, warnings };
  }

  /** A client that resets on purpose. */
  async function dial(port: number, host = '127.0.0.1'): Promise<Socket> {
    const socket = connect({ port, host, allowHalfOpen: true });
    socket.on('error', () => {});
    cleanUps.push(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  }

  /** Reads this many bytes. */
  async function read(socket: Socket, length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let have = 0; have < length; ) {
      const [piece] = (await once(socket, 'data')) as [Buffer];
      pieces.push(piece);
      have += piece.length;
    }
    return Buffer.concat(pieces);
  }

  async function isAlive(port: number): Promise<boolean> {
    const socket = await dial(port);
    socket.write(encode([26]));
    const answer = await read(socket, 16);
    socket.destroy();
    return answer.readInt32LE(12) === 79;
  }

  /** Waits for something that happens by itself. */
  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
  }

  it('says which port is taken', async () => {
    const { port } = await open();
    const second = createPigpiodServer({ board: new Board(), port });
    await expect(second.listen()).rejects.toMatchObject({
      code: 'port/in-use',
      message: expect.stringContaining(`${port}`),
    });
  });

  it('frees its port and its clients when it closes', async () => {
    const { server, port } = await open();
    const socket = await dial(port);
    const isClosed = once(socket, 'close');
    socket.resume().on('end', () => socket.end());
    await server.close();
    await isClosed;
    const next = createServer().listen(port, '127.0.0.1');
    await once(next, 'listening');
    next.close();
  });

  it.each(LOOPBACK)('answers a client that has sent its last before it reads, at %s', async (host) => {
    const { port } = await open();
    const socket = await dial(port, host);
    socket.end(encode([47, 20], [26]));
    const bytes = await read(socket, 32);
    expect(bytes.readInt32LE(28)).toBe(79);
    await once(socket, 'end');
  });

  it('outlives garbage, half requests and clients that vanish', async () => {
    const { board, server, port } = await open();
    for (let round = 0; round < 20; round++) {
      const socket = await dial(port);
      const garbage = Buffer.from(
        Array.from({ length: 1 + round * 37 }, (_, index) => (index * 97 + round) & 0xff),
      );
      socket.write(garbage);
      socket.write(TICK.subarray(0, 7));
      if (round % 2 === 0) socket.resetAndDestroy();
      else socket.destroy();
    }
    await until(() => server.connections === 0);
    expect(await isAlive(port)).toBe(true);
    expect(board.levels(1)).toBe(0x3fc01c);
  });

  it('closes a connection whose extension is too long, and answers what came before', async () => {
    const { port, warnings } = await open();
    const socket = await dial(port);
    const tooLong = Buffer.from(encode([28]));
    tooLong.writeUInt32LE(65_536, 12);
    socket.write(Buffer.concat([encode([26]), tooLong]));
    expect((await read(socket, 16)).readInt32LE(12)).toBe(79);
    await once(socket, 'end');
    expect(warnings).toEqual(['packet/too-large']);
  });

  it('refuses clients beyond its limit, warns once, and takes others when some have left', async () => {
    const { server, port, warnings } = await open({ maxConnections: 10 });
    const hostOf = (index: number) => LOOPBACK[index % LOOPBACK.length];
    const guests = await Promise.all(Array.from({ length: 10 }, (_, index) => dial(port, hostOf(index))));
    for (let more = 0; more < 5; more++) {
      const refused = await dial(port, hostOf(more));
      refused.resume().once('end', () => refused.destroy());
      await once(refused, 'close');
    }
    expect(warnings).toEqual(['limit/exceeded']);
    for (const guest of guests) guest.destroy();
    await until(() => server.connections === 0);
    expect(await isAlive(port)).toBe(true);
  });

  it('keeps nothing of ten thousand clients that come and go', async () => {
    const { server, port } = await open();
    for (let burst = 0; burst < 100; burst++) {
      const sockets = await Promise.all(Array.from({ length: 100 }, () => dial(port)));
      for (const socket of sockets) {
        socket.write(encode([99]));
        socket.destroy();
      }
      await until(() => server.connections === 0);
    }
    const socket = await dial(port);
    socket.write(encode([99]));
    expect((await read(socket, 16)).readInt32LE(12)).toBe(0);
  });

  it('keeps little for a client that does not read its notifications, and goes on for others', async () => {
    const { board, server, port, warnings } = await open({ maxReportBacklogBytes: 50_000 });
    const deaf = await dial(port);
    deaf.pause();
    deaf.write(encode([99], [19, 0, 1 << 21]));
    await until(() => board.monitor.isActive);
    // The kernel's buffer for it fills up with answers first.
    deaf.write(Buffer.concat(Array(1_000_000).fill(TICK)));
    const flicker = new Wave(0, [
      { on: 1 << 21, off: 0, delayUs: 50 },
      { on: 0, off: 1 << 21, delayUs: 50 },
    ]);
    board.write(21, 0);
    board.sendWave(new Repeat(flicker, Number.POSITIVE_INFINITY));
    await until(() => warnings.includes('limit/exceeded'));
    const before = process.memoryUsage().arrayBuffers;
    for (let turn = 0; turn < 50; turn++) expect(await isAlive(port)).toBe(true);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000);
    expect(warnings).toEqual(['limit/exceeded']);
    expect(server.connections).toBeLessThan(3);
  });

  it('reads nothing more from a client that does not read its answers, until it does', async () => {
    const { port } = await open();
    const deaf = await dial(port);
    deaf.pause();
    const requests = Buffer.concat(Array(1_000_000).fill(TICK));
    deaf.write(requests);
    const sent = () => deaf.bytesWritten - deaf.writableLength;
    for (let before = -1; before !== sent(); ) {
      before = sent();
      for (let turn = 0; turn < 20; turn++) expect(await isAlive(port)).toBe(true);
    }
    expect(deaf.writableLength).toBeGreaterThan(requests.length / 4);
    const answers = read(deaf, requests.length);
    deaf.resume();
    expect((await answers).length).toBe(requests.length);
  });

  it('takes a request in single bytes', async () => {
    const { port } = await open();
    const socket = await dial(port);
    socket.setNoDelay(true);
    for (const byte of encode([86, 18, 1000, words(250_000)])) socket.write(Uint8Array.of(byte));
    expect((await read(socket, 16)).readInt32LE(12)).toBe(0);
  });
});
