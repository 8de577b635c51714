import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { openRealHub, type RealHub, seen } from '../../../conformance/mqtt/hub.ts';
import { encode } from './codec/client-codec.ts';
import { readAll } from './codec/reading.ts';
import { connect, publish, subscribe } from './mqtt-hub.ts';

let hub: RealHub;
let logged: string;
beforeEach(async () => {
  logged = '';
  const write = (line: string) => {
    logged += line;
  };
  hub = await openRealHub({ log: pino({ level: 'debug' }, { write }) });
});
afterEach(() => hub.close());

async function open(
  protocols: string[] | undefined = ['mqtt'],
  headers: Record<string, string> = {},
): Promise<WebSocket> {
  const webSocket = new WebSocket(hub.urls.ws, protocols, { headers });
  await once(webSocket, 'open');
  return webSocket;
}

/** The status of a refused handshake, whose reason is sent and logged. */
async function refused(
  path: string,
  protocols: string[],
  headers: Record<string, string> = {},
): Promise<number> {
  const webSocket = new WebSocket(`ws://127.0.0.1:${hub.server.port}${path}`, protocols, { headers });
  webSocket.on('error', () => undefined);
  const [request, response] = await once(webSocket, 'unexpected-response');
  const [body] = await once(response, 'data');
  request.destroy();
  expect(logged).toContain(JSON.stringify(JSON.parse(String(body)).error.message));
  return response.statusCode;
}

const closeCode = async (webSocket: WebSocket): Promise<number> => (await once(webSocket, 'close'))[0];

describe('a WebSocket handshake', () => {
  test.each([
    [['mqtt'], 'mqtt'],
    [['mqttv3.1'], 'mqttv3.1'],
    [['chat', 'mqttv3.1', 'mqtt'], 'mqtt'],
    [[], ''],
  ])('that offers %j agrees on "%s" [MQTT-6.0.0-4]', async (offered, chosen) => {
    const webSocket = await open(offered);
    expect(webSocket.protocol).toBe(chosen);
    webSocket.terminate();
  });

  test('that offers only something else is refused', async () => {
    expect(await refused('/mqtt', ['chat'])).toBe(400);
  });

  test('from another site’s page is refused', async () => {
    expect(await refused('/mqtt', ['mqtt'], { Origin: 'http://evil.example' })).toBe(403);
    expect(await refused('/mqtt', ['mqtt'], { Host: 'evil.example' })).toBe(403);
    const { port } = hub.server;
    (await open(['mqtt'], { Origin: `http://127.0.0.1:${port}` })).terminate();
  });

  test('without a key, or of another version, is refused', async () => {
    for (const headers of [
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Version: 7\r\nSec-WebSocket-Key: ${'A'.repeat(22)}==`,
    ]) {
      const socket = connectSocket(hub.server.port, '127.0.0.1');
      socket.write(
        `GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${headers}\r\n\r\n`,
      );
      const [answer] = await once(socket, 'data');
      expect(String(answer)).toMatch(/^HTTP\/1\.1 400 .*Sec-WebSocket-Version: 13/s);
      socket.destroy();
    }
  });

  test('of Socket.IO goes on as before', async () => {
    const received = seen(hub.browser.messages('a'), 1);
    while (hub.server.hub.subscriptionCount === 0) await new Promise((resolve) => setImmediate(resolve));
    await hub.browser.publish('a', 'x');
    expect(await received).toEqual(['a x']);
  });
});

describe('MQTT over WebSocket', () => {
  test('may come in any pieces, and several packets in one frame [MQTT-6.0.0-2]', async () => {
    const webSocket = await open();
    const received = seen(hub.browser.messages('+'), 2);
    while (hub.server.hub.subscriptionCount === 0) await new Promise((resolve) => setImmediate(resolve));
    const bytes = Buffer.concat([
      encode(connect(), 5),
      encode(publish('a', '1'), 5),
      encode(publish('b', '2'), 5),
    ]);
    for (const byte of bytes.subarray(0, -30)) webSocket.send(Buffer.of(byte));
    webSocket.send(bytes.subarray(-30, -10), { fin: false });
    webSocket.ping('in between');
    webSocket.send(bytes.subarray(-10));
    expect(String((await once(webSocket, 'pong'))[0])).toBe('in between');
    expect(await received).toEqual(['a 1', 'b 2']);
    webSocket.terminate();
  });

  test('has each packet in its own frame, even if several leave at once', async () => {
    const webSocket = await open();
    const types: number[] = [];
    const arrived = new Promise<void>((resolve) => {
      webSocket.on('message', (frame: Buffer) => {
        expect(readAll(frame, { receiver: 'client', version: 5 })).toHaveLength(1);
        if (types.push((frame[0] ?? 0) >> 4) === 7) resolve(); // The number of the frames is known, but not their order.
      });
    });
    const acknowledged = { qos: 1, packetIdentifier: 1 } as const;
    const packets = [
      connect(),
      subscribe('#'),
      ...['a', 'b'].map((topic) => publish(topic, '1', acknowledged)),
    ];
    webSocket.send(
      Buffer.concat([...packets, { type: 'pingreq' } as const].map((packet) => encode(packet, 5))),
    );
    await arrived;
    expect(types.slice(0, 2)).toEqual([2, 9]);
    expect(types.slice(2).sort((one, other) => one - other)).toEqual([3, 3, 4, 4, 13]);
    webSocket.terminate();
  });

  test('closes at a text frame with 1003 [MQTT-6.0.0-1]', async () => {
    const webSocket = await open();
    webSocket.send('text');
    expect(await closeCode(webSocket)).toBe(1003);
  });

  test('answers a close with the same code', async () => {
    const webSocket = await open();
    webSocket.close(1001);
    expect(await closeCode(webSocket)).toBe(1001);
  });

  test('ends with a close once the client has said goodbye', async () => {
    const webSocket = await open();
    webSocket.send(encode(connect(), 5));
    await once(webSocket, 'message');
    webSocket.send(encode({ type: 'disconnect', reasonCode: 0 }, 5));
    expect(await closeCode(webSocket)).toBe(1000);
  });

  test('leaves nothing behind if the client is cut off in its handshake', async () => {
    const socket = connectSocket(hub.server.port, '127.0.0.1');
    socket.write(
      'GET /mqtt HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    socket.destroy();
    await once(socket, 'close');
    (await open()).terminate();
  });
});
