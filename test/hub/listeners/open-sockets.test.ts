import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TurnBudget } from '../../../hub/limits/turn-budget.ts';
import { Unauthenticated } from '../../../hub/limits/unauthenticated.ts';
import { LOOPBACK, listen } from '../../../hub/listeners/listen.ts';
import { OpenSockets } from '../../../hub/listeners/open-sockets.ts';
import { createSelfSigned } from '../../../hub/tls/self-signed.ts';

let server: Server;
let sockets: OpenSockets;
let unauthenticated: Unauthenticated;
let clients: Socket[];

beforeEach(async () => {
  server = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
  unauthenticated = new Unauthenticated({ strangers: 10, strangerBytes: 1_000 });
  sockets = new OpenSockets({ budget: new TurnBudget(), unauthenticated, isAsync: false }).followAll(server);
  clients = [];
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of clients) client.destroy();
  server.close();
});

/** A client whose bytes have come back. */
async function exchange(text: string): Promise<Socket> {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  client.write(text);
  await once(client, 'data');
  return client;
}

it('gives a connection the same share each time, also before its own listener has run', async () => {
  const asked: unknown[] = [];
  server.prependListener('connection', (socket: Socket) => asked.push(sockets.shareOf(socket)));
  server.on('connection', (socket: Socket) => asked.push(sockets.shareOf(socket)));
  await exchange('1');
  expect(asked[0]).toBe(asked[1]);
  expect(unauthenticated.count).toBe(1);
});

it('counts the bytes of all connections, also of closed ones', async () => {
  const first = await exchange('12345');
  await exchange('123');
  expect([sockets.bytesReceived, sockets.bytesSent]).toEqual([8, 8]);
  first.destroy();
  await vi.waitUntil(async () => (await countOf(server)) === 1);
  expect([sockets.bytesReceived, sockets.bytesSent]).toEqual([8, 8]);
});

it('says when no socket is left, at once if there is none', async () => {
  await sockets.empty();
  const client = await exchange('1');
  let isEmpty = false;
  const empty = sockets.empty().then(() => {
    isEmpty = true;
  });
  await exchange('2');
  expect(isEmpty).toBe(false);
  client.destroy();
  await exchange('3');
  expect(isEmpty).toBe(false);
  sockets.destroy();
  await empty;
  expect(await countOf(server)).toBe(0);
});

it('counts connections as unauthenticated until they are admitted, and ends connections that send too much', async () => {
  const accepted = once(server, 'connection');
  const first = await exchange('1');
  const [socket] = await accepted;
  expect(unauthenticated.count).toBe(1);
  sockets.letIn(socket);
  expect(unauthenticated.count).toBe(0);
  first.write('x'.repeat(2_000));
  await once(first, 'data');
  const greedy = await exchange('1');
  greedy.on('error', () => undefined).write('x'.repeat(2_000));
  await once(greedy, 'close');
  expect(unauthenticated).toMatchObject({ count: 0, dropped: 1 });
});

function countOf(one: Server): Promise<number> {
  return new Promise((resolve, reject) =>
    one.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

it.each([[LOOPBACK], [LOOPBACK.toReversed()]])(
  'has one maximum of connections for all addresses: first at %s',
  async ([first = '', second = '']) => {
    const limited = createServer((socket) => void socket.pipe(socket));
    const all = new OpenSockets({ budget: new TurnBudget(), unauthenticated, isAsync: false, most: 1 });
    all.followAll(limited);
    const { port, close } = await listen(limited, { hosts: LOOPBACK, port: 0 });
    const dial = (host: string) => {
      const client = connect(port, host).on('error', () => undefined);
      client.write('served');
      clients.push(client);
      return client;
    };
    const client = dial(first);
    await once(client, 'data');
    for (const host of LOOPBACK) await once(dial(host).resume(), 'close');
    client.destroy();
    await all.empty();
    await once(dial(second), 'data');
    close();
  },
);

it.each([
  [1, false],
  [0, true],
])(
  'charges a client for the time since the last one was read, unless handshakes took it: %s of them',
  async (handshakes, mustWait) => {
    const clock = { ms: 0 };
    const budget = new TurnBudget({ elapsedMs: () => clock.ms });
    const plain = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
    const all = new OpenSockets({ budget, unauthenticated, isAsync: false }).followAll(plain);
    await once(plain, 'listening');
    const accepted: Socket[] = [];
    for (let count = 0; count < 2; count++) {
      clients.push(connect((plain.address() as AddressInfo).port, '127.0.0.1'));
      const [socket] = await once(plain, 'connection');
      all.letIn(socket);
      all.shareOf(socket).isSynchronous = true;
      accepted.push(socket);
    }
    budget.handshakes = handshakes;
    const [first, second] = accepted as [Socket, Socket];
    first.push(Buffer.from('1'));
    clock.ms += 50;
    second.push(Buffer.from('2'));
    expect(all.shareOf(second).mustWait()).toBe(mustWait);
    plain.close();
  },
);

it('knows how many handshakes are under way', async () => {
  const budget = new TurnBudget();
  const [notBefore, notAfter] = [new Date(), new Date(Date.now() + 60_000)];
  const pair = createSelfSigned({ names: ['localhost'], notBefore, notAfter });
  const encrypted = createTlsServer(pair, (socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
  new OpenSockets({ budget, unauthenticated, isAsync: false }).followAll(encrypted);
  await once(encrypted, 'listening');
  const { port } = encrypted.address() as AddressInfo;
  const silent = connect(port, '127.0.0.1');
  await vi.waitUntil(() => budget.handshakes === 1);
  const client = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false });
  clients.push(client);
  client.write('1');
  await once(client, 'data');
  expect(budget.handshakes).toBe(1);
  silent.destroy();
  await vi.waitUntil(() => budget.handshakes === 0);
  encrypted.close();
});
