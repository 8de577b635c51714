import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { limitStrangers } from '../../../../hub/gateways/socket-io/stranger-limit.ts';

const LIMIT = 4_096;
let io: Server;
let url: string;

beforeEach(async () => {
  const server = createServer();
  io = new Server(server, { maxHttpBufferSize: 2 ** 20 });
  limitStrangers(io, LIMIT);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => io.close());

const LONG = '4'.padEnd(LIMIT + 100, 'x');

describe('one who is not let in yet', () => {
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
});

it.each(['websocket', 'polling'])('one who is let in may send what clients may, by %s', async (transport) => {
  const received = new Promise((resolve) => {
    io.on('connection', (socket) => socket.on('long', resolve));
  });
  const socket = connect(url, { transports: [transport], forceNew: true });
  socket.emit('long', LONG);
  expect(await received).toBe(LONG);
  socket.disconnect();
});
