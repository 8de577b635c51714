import { Buffer } from 'node:buffer';
import { connect as connectSocket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openRealHub, type RealHub } from '../conformance/mqtt/hub.ts';
import { encode } from '../hub/gateways/mqtt/codec/client-codec.ts';
import { readAll } from '../hub/gateways/mqtt/codec/reading.ts';
import { connect, publish, subscribe } from '../hub/gateways/mqtt/mqtt-hub.ts';
import { binaryFrames, clientFrame, openWebSocket, readToEnd } from '../hub/gateways/mqtt/raw-socket.ts';

let hub: RealHub;
let heard: string[];
beforeEach(async () => {
  hub = await openRealHub();
  heard = [];
  hub.server
    .connect()
    .messages('#')
    .subscribe(({ topic, text }) => heard.push(`${topic} ${text}`));
});
afterEach(() => hub.close());

const will = { topic: 'status', payload: Buffer.from('gone'), qos: 0, retain: false } as const;

/** The CONNECT of a client whose silence the hub would never notice: in MQTT 3.1.1 a hub cannot limit the keep alive. */
const hello = encode(connect({ protocolVersion: 4, keepAlive: 0, will }), 4);

const message = (text: string) => encode(publish('t', text, { qos: 1, packetIdentifier: 1 }), 4);

const ends = [
  ['a text frame [MQTT-6.0.0-1]', clientFrame(0x1, Buffer.from('text')), 1003],
  ['a frame that breaks the rules', Buffer.of(0xc2, 0x80, 0, 0, 0, 0), 1002],
  ['a close frame (RFC 6455, 5.5.1)', clientFrame(0x8, Buffer.of(0x03, 0xe9)), 1001],
] as const;

describe.each(ends)('over WebSocket, %s', (_what, end, closeCode) => {
  test('ends the session at once, even if the client keeps the connection open', async () => {
    const socket = await openWebSocket(hub.server.port);
    const rest = readToEnd(socket);
    const frames = [hello, message('before')].map((packet) => clientFrame(0x2, packet));
    socket.write(Buffer.concat([...frames, end, clientFrame(0x2, message('after'))]));
    const answer = await rest; // Our side is still open.
    expect(
      binaryFrames(answer).flatMap((frame) => readAll(frame, { receiver: 'client', version: 4 })),
    ).toMatchObject([{ type: 'connack' }, { type: 'puback' }]);
    expect(answer.subarray(-4)).toEqual(Buffer.of(0x88, 2, closeCode >> 8, closeCode & 0xff));
    socket.write(clientFrame(0x2, message('later')));
    await vi.waitUntil(() => heard.includes('status gone'), { interval: 1, timeout: 20_000 });
    expect(heard).toEqual(['t before', 'status gone']);
    socket.on('error', () => undefined);
    const isCut = () => !socket.write(clientFrame(0x9, Buffer.alloc(0))) || socket.destroyed;
    await vi.waitUntil(isCut, { timeout: 20_000 });
  });
});

test('over TCP, a client that has sent everything gets the answers, and then its will is published', async () => {
  const socket = connectSocket({ port: hub.tcpPort, host: '127.0.0.1', allowHalfOpen: true });
  const rest = readToEnd(socket);
  socket.end(Buffer.concat([hello, message('before')]));
  expect(readAll(await rest, { receiver: 'client', version: 4 })).toMatchObject([
    { type: 'connack' },
    { type: 'puback' },
  ]);
  await vi.waitUntil(() => heard.includes('status gone'), { interval: 1, timeout: 20_000 });
});

test.each([
  [
    'TCP',
    () => connectSocket({ port: hub.tcpPort, host: '127.0.0.1', allowHalfOpen: true }),
    (bytes: Buffer) => bytes,
  ],
  ['WebSocket', () => openWebSocket(hub.server.port), (bytes: Buffer) => clientFrame(0x2, bytes)],
] as const)(
  'over %s, a client that has closed its side and does not read has left',
  async (_carrier, open, wrap) => {
    const socket = await open();
    socket.pause();
    socket.write(Buffer.concat([wrap(hello), wrap(encode(subscribe('flood', { qos: 0 }), 4))]));
    await vi.waitUntil(() => hub.server.hub.subscriptionCount === 2, { interval: 1, timeout: 20_000 });
    const bus = hub.server.connect();
    const flood = Buffer.alloc(256 * 1024, 'x');
    // The hub keeps this much for a client, which is much more than the network accepts.
    await vi.waitUntil(
      async () => {
        await bus.publish('flood', flood);
        return hub.server.sessions.counters.dropped > 0;
      },
      { interval: 1, timeout: 20_000 },
    );
    socket.end();
    await vi.waitUntil(() => heard.includes('status gone'), { timeout: 20_000 });
    socket.destroy();
  },
);
