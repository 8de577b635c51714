import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { pino } from 'pino';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Exposure } from '../../../../hub/gateways/http/exposure.ts';
import { limitHandshakes } from '../../../../hub/gateways/socket-io/admission.ts';
import { createWebSocketEngine } from '../../../../hub/gateways/socket-io/engine.ts';
import { TurnBudget } from '../../../../hub/limits/turn-budget.ts';
import { Unauthenticated } from '../../../../hub/limits/unauthenticated.ts';
import { OpenSockets } from '../../../../hub/listeners/open-sockets.ts';

const LIMIT = 4_096;
const MOST = 20;
let io: Server;
let url: string;
let unauthenticated: Unauthenticated;

beforeEach(async () => {
  const server = createServer();
  const wsEngine = createWebSocketEngine({
    exposure: new Exposure({ isLoopbackOnly: true }),
    log: pino({ level: 'silent' }),
  });
  io = new Server(server, { maxHttpBufferSize: 2 ** 20, wsEngine });
  unauthenticated = new Unauthenticated({ strangers: MOST, strangerBytes: 2 ** 20 });
  const sockets = new OpenSockets({ budget: new TurnBudget(), unauthenticated, isAsync: true }).followAll(
    server,
  );
  limitHandshakes(io, {
    handshakeBytes: LIMIT,
    unauthenticated,
    allow: (socket, bytes) => sockets.allow(socket, bytes),
    onLetIn: (socket) => sockets.letIn(socket),
    onRequest: (response) => sockets.letInFor(response),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => io.close());

const LONG = '4'.padEnd(LIMIT + 100, 'x');

describe('a client that is not accepted yet', () => {
  it('cannot send more over a WebSocket than a handshake takes', async () => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await once(socket, 'message'); // Engine.IO's "open": Socket.IO's own handshake would follow.
    socket.send(LONG);
    await once(socket, 'close');
  });

  it('cannot send more by polling than a handshake takes', async () => {
    const polling = `${url}/socket.io/?EIO=4&transport=polling`;
    const { sid } = JSON.parse((await (await fetch(polling)).text()).slice(1));
    const post = (body: BodyInit) =>
      fetch(`${polling}&sid=${sid}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
    expect((await post(LONG)).status).toBe(413);
    const chunked = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('40'));
        controller.close();
      },
    });
    const options = { method: 'POST', body: chunked, duplex: 'half' } as RequestInit;
    expect((await fetch(`${polling}&sid=${sid}`, options)).status).toBe(413);
    expect((await post('40')).status).toBe(200);
  });

  it('cannot pass for another by naming two connections', async () => {
    const polling = `${url}/socket.io/?EIO=4&transport=polling`;
    const open = async () => JSON.parse((await (await fetch(polling)).text()).slice(1)).sid;
    const [sid, other] = [await open(), await open()];
    await fetch(`${polling}&sid=${other}`, { method: 'POST', body: '40' });
    for (const query of [`&sid=${other}&sid=${sid}`, `&x=?&sid=${sid}`]) {
      expect((await fetch(polling + query, { method: 'POST', body: LONG })).status).toBe(413);
    }
  });

  it('is not accepted with an id that it has made up', async () => {
    const { sid } = JSON.parse(
      (await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text()).slice(1),
    );
    const heads = [sid, 'made-up'].map(
      (id) => `GET /socket.io/?EIO=4&transport=polling&sid=${id} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    const { port, hostname } = new URL(url);
    const client = connectTcp(Number(port), hostname);
    const before = unauthenticated.count;
    const counts: number[] = [];
    io.engine.use((_request: unknown, _response: unknown, next: () => void) => {
      counts.push(unauthenticated.count);
      next();
      if (counts.length === 2) client.destroy();
    });
    client.write(heads.join(''));
    await once(client, 'close');
    expect(counts).toEqual([before + 1, before + 1]);
  });

  it('cannot send more over a WebSocket that follows long-polling, before or after it is in use', async () => {
    const { sid } = JSON.parse(
      (await (await fetch(`${url}/socket.io/?EIO=4&transport=polling`)).text()).slice(1),
    );
    const upgrade = `${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket&sid=${sid}`;
    for (const before of [[], ['2probe', '5']]) {
      const socket = new WebSocket(upgrade);
      await once(socket, 'open');
      for (const packet of before) socket.send(packet);
      socket.send(LONG);
      await once(socket, 'close');
    }
  });

  it('is one of a limited number, and the oldest is dropped; an accepted client stays', async () => {
    const member = connect(url, { transports: ['websocket'], forceNew: true, reconnection: false });
    await new Promise<void>((resolve) => member.once('connect', resolve));
    const open = () => new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    const first = open();
    await once(first, 'message');
    const gone = once(first, 'close');
    for (let n = 0; n < MOST; n++) await once(open(), 'message');
    await gone;
    expect(unauthenticated).toMatchObject({ count: MOST, dropped: 1 });
    expect(member.connected).toBe(true);
    member.disconnect();
  });
});

it.each(['websocket', 'polling'])(
  'an accepted client may send what clients may, by %s',
  async (transport) => {
    const received = new Promise((resolve) => {
      io.on('connection', (socket) => socket.on('long', resolve));
    });
    const socket = connect(url, { transports: [transport], forceNew: true });
    socket.emit('long', LONG);
    expect(await received).toBe(LONG);
    socket.disconnect();
  },
);
