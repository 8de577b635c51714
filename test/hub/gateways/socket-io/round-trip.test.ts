import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io as connect } from 'socket.io-client';
import { expect, it, vi } from 'vitest';
import { measureRoundTrips } from '../../../../hub/gateways/socket-io/engine.ts';

it.each(['websocket', 'polling'])('every ping that a client answers is measured: %s', async (transport) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const io = new Server(server, { pingInterval: 5 });
  const measured: number[] = [];
  measureRoundTrips(io, (ms) => measured.push(ms));
  const { port } = server.address() as AddressInfo;
  const client = connect(`http://127.0.0.1:${port}`, { transports: [transport] });
  let pings = 0;
  client.io.on('ping', () => pings++);
  await vi.waitUntil(() => measured.length >= 3, { timeout: 20_000 });
  expect(pings).toBeGreaterThanOrEqual(measured.length);
  expect(Math.min(...measured)).toBeGreaterThan(0);
  client.close();
  await io.close();
});
