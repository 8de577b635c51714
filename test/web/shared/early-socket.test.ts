import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type WebSocket as Peer, WebSocket, WebSocketServer } from 'ws';
import { EarlySocket } from '../../../web/shared/early-socket.ts';

let server: WebSocketServer;
let address: string;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  address = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  vi.stubGlobal('WebSocket', WebSocket); // Node 20 has none; this one speaks the browser's interface.
});

afterEach(async () => {
  vi.unstubAllGlobals();
  for (const peer of server.clients) peer.terminate();
  await new Promise((resolve) => server.close(resolve));
});

/** The events that the new owner of the socket gets, in order. */
function follow(socket: globalThis.WebSocket): string[] {
  const told: string[] = [];
  socket.onopen = () => told.push('open');
  socket.onmessage = ({ data }) => told.push(String(data));
  return told;
}

/** Resolves once both sides are open. */
async function accept(early: EarlySocket): Promise<[EarlySocket, Peer]> {
  const [peer] = (await once(server, 'connection')) as [Peer];
  await answer(peer);
  return [early, peer];
}

/** Resolves once the page has received everything sent before. */
async function answer(peer: Peer): Promise<void> {
  peer.ping();
  await once(peer, 'pong');
}

it('repeats to its taker what it has heard, in order, and then goes on', async () => {
  const [early, peer] = await accept(new EarlySocket(address));
  peer.send('first');
  peer.send('second');
  await answer(peer);
  const socket = early.take(address);
  if (!socket) throw new Error('there is no socket');
  const told = follow(socket);
  peer.send('third');
  await vi.waitUntil(() => told.includes('third'));
  expect(told).toEqual(['open', 'first', 'second', 'third']);
});

it('says once that it has opened if it was taken before', async () => {
  const early = new EarlySocket(address);
  const socket = early.take(address);
  if (!socket) throw new Error('there is no socket');
  const told = follow(socket);
  const [, peer] = await accept(early);
  peer.send('first');
  await vi.waitUntil(() => told.includes('first'));
  expect(told).toEqual(['open', 'first']);
});

it('is given away once', async () => {
  const [early] = await accept(new EarlySocket(address));
  expect(early.take(address)).toBeDefined();
  expect(early.take(address)).toBeUndefined();
});

it('is closed if it leads elsewhere', async () => {
  const [early, peer] = await accept(new EarlySocket(address));
  const closed = once(peer, 'close');
  expect(early.take(`${address}other`)).toBeUndefined();
  await closed;
});

it('is of no use once the hub has ended it', async () => {
  const [early, peer] = await accept(new EarlySocket(address));
  peer.close();
  await once(peer, 'close');
  expect(early.take(address)).toBeUndefined();
});

it('sends ahead what its taker would send, after each message', async () => {
  const heard: string[] = [];
  server.on('connection', (peer) => peer.on('message', (data) => heard.push(String(data))));
  const [early, peer] = await accept(new EarlySocket(address, [['hello'], ['tell', 'me']]));
  expect(heard).toEqual([]);
  peer.send('welcome');
  await once(peer, 'message');
  peer.send('what?');
  await vi.waitUntil(() => heard.length === 3);
  expect(heard).toEqual(['hello', 'tell', 'me']);
  const socket = early.take(address);
  if (!socket) throw new Error('there is no socket');
  follow(socket);
  for (const data of ['hello', 'tell', 'me', 'more']) socket.send(data);
  await vi.waitUntil(() => heard.includes('more'));
  expect(heard).toEqual(['hello', 'tell', 'me', 'more']);
});

it('ends if its taker sends something else than what was sent ahead', async () => {
  const [early, peer] = await accept(new EarlySocket(address, [['hello']]));
  peer.send('welcome');
  await once(peer, 'message');
  const closed = once(peer, 'close');
  early.take(address)?.send('goodbye');
  await closed;
});

it('lets its taker send everything that was not sent ahead', async () => {
  const early = new EarlySocket(address, [['hello']]);
  const socket = early.take(address);
  if (!socket) throw new Error('there is no socket');
  follow(socket);
  const [, peer] = await accept(early);
  peer.send('welcome');
  socket.send('hello');
  const [data] = await once(peer, 'message');
  expect(String(data)).toBe('hello');
});
