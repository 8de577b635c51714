import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TcpTransport } from '../../../../hub/gateways/mqtt/tcp-transport.ts';
import type { Transport } from '../../../../hub/gateways/mqtt/transport.ts';
import { WebSocketTransport } from '../../../../hub/gateways/mqtt/websocket-transport.ts';
import { TurnBudget } from '../../../../hub/limits/turn-budget.ts';
import { clientFrame } from './raw-socket.ts';

let listener: Server;
let client: Socket;
let server: Socket;
beforeEach(async () => {
  listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const accepted = once(listener, 'connection');
  client = connectSocket((listener.address() as { port: number }).port, '127.0.0.1');
  [server] = (await accepted) as [Socket];
});
afterEach(() => {
  client.destroy();
  server.destroy();
  listener.close();
});

const parts = { address: '', share: new TurnBudget().createShare(), onLetIn: () => undefined };
const carriers = {
  websocket: () => new WebSocketTransport(server, parts),
  tcp: () => new TcpTransport(server, parts),
};

function start(transport: Transport, drained: () => void = () => undefined): Transport {
  transport.start({
    received: () => undefined,
    drained,
    ended: () => transport.end(),
    closed: () => undefined,
  });
  return transport;
}

test('a client that pings and does not read makes the hub keep next to nothing', async () => {
  const transport = start(carriers.websocket());
  const pings = Buffer.concat(Array.from({ length: 8_000 }, () => clientFrame(0x9, Buffer.alloc(125))));
  const total = 24 * pings.length; // This is 25 MB, of which the network accepts only a few.
  let most = 0;
  const arrived = new Promise<void>((resolve) => {
    server.on('data', () => {
      most = Math.max(most, transport.bufferedBytes);
      if (server.bytesRead === total) resolve();
    });
  });
  for (let count = 0; count < 24; count++) client.write(pings);
  await arrived;
  expect(most).toBeLessThan(64 * 2 ** 10 + 128);
});

test('a ping is answered', async () => {
  start(carriers.websocket());
  client.write(clientFrame(0x9, Buffer.from('there?')));
  expect((await once(client, 'data'))[0]).toEqual(Buffer.concat([Buffer.of(0x8a, 6), Buffer.from('there?')]));
});

describe.each(['tcp', 'websocket'] as const)('over %s', (carrier) => {
  test('small packets for a client that does not read are a few writes, and all arrive in order', async () => {
    const writes = vi.spyOn(server, 'write');
    let tellDrained: () => void = () => undefined;
    const transport = start(carriers[carrier](), () => tellDrained());
    client.pause();
    const filler = Buffer.alloc(1_000_000, 'f');
    const sent: Buffer[] = [];
    const send = (bytes: Buffer) => {
      sent.push(bytes);
      transport.send(bytes);
    };
    for (; transport.bufferedBytes === 0; await nextTurn()) send(filler);
    const drained = new Promise<void>((resolve) => {
      tellDrained = resolve;
    });
    const before = writes.mock.calls.length;
    for (let count = 0; count < 50_000; count++) send(Buffer.from(`packet ${count}`));
    expect(writes.mock.calls.length - before).toBeLessThan(100);
    const chunks: Buffer[] = [];
    client.on('data', (chunk) => chunks.push(chunk)).resume();
    await drained;
    expect(transport.bufferedBytes).toBe(0);
    transport.end();
    client.end(clientFrame(0x8, Buffer.alloc(0)));
    await once(client, 'end');
    const expected = Buffer.concat(sent);
    expect(Buffer.concat(chunks).subarray(0, expected.length).equals(expected)).toBe(true);
  });
});
