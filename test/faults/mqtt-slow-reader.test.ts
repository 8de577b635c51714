import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Packet, PublishPacket } from '../../hub/gateways/mqtt/codec/index.ts';
import { openRealHub, type RealHub } from '../conformance/mqtt/hub.ts';
import { ClientParser, encode } from '../hub/gateways/mqtt/codec/client-codec.ts';
import { connect, publish, subscribe } from '../hub/gateways/mqtt/mqtt-hub.ts';

const BURST = 100;
const BURSTS = 400;
const PAYLOAD = 'x'.repeat(1_000);
const BUFFERED_BYTES = 256 * 2 ** 10;

let hub: RealHub;
beforeEach(async () => {
  hub = await openRealHub({ limits: { bufferedBytes: BUFFERED_BYTES } });
});
afterEach(() => hub.close());

/** A client over a real socket, which passes on what arrives. */
async function open(
  clientIdentifier: string,
  onPacket: (packet: Packet) => void = () => {},
): Promise<Socket> {
  const socket = connectSocket(hub.tcpPort, '127.0.0.1');
  const parser = new ClientParser(5);
  socket.on('data', (chunk) => {
    parser.push(chunk);
    for (let packet = parser.next(); packet; packet = parser.next()) onPacket(packet);
  });
  await once(socket, 'connect');
  socket.write(encode(connect({ clientIdentifier, keepAlive: 60 }), 5));
  await once(socket, 'data');
  return socket;
}

test('a client that does not read costs the others nothing, and the hub no more than its limit', async () => {
  let arrived = 0;
  let proceed: () => void = () => {};
  const quick = await open('quick', ({ type }) => {
    if (type === 'publish' && ++arrived % BURST === 0) proceed();
  });
  const slow = await open('slow');
  for (const subscriber of [quick, slow]) {
    subscriber.write(encode(subscribe('flood', { qos: 0 }), 5));
    await once(subscriber, 'data');
  }
  slow.pause();
  const publisher = await open('publisher');
  const burst = Buffer.concat(Array.from({ length: BURST }, () => encode(publish('flood', PAYLOAD), 5)));
  for (let count = 0; count < BURSTS; count++) {
    const done = new Promise<void>((resolve) => {
      proceed = resolve;
    });
    publisher.write(burst);
    await done;
  }
  expect(arrived).toBe(BURSTS * BURST);
  // The hub keeps a quarter of a mebibyte for the client, and the kernel keeps a few mebibytes on either side. Most of the forty mebibytes are dropped.
  expect(hub.server.sessions.counters.dropped).toBeGreaterThan((BURSTS * BURST) / 2);

  // Once the client reads again, it gets the kept messages in order, and then all new ones.
  let last: PublishPacket | undefined;
  const parser = new ClientParser(5);
  slow.removeAllListeners('data');
  slow.on('data', (chunk) => {
    parser.push(chunk);
    for (let packet = parser.next(); packet; packet = parser.next())
      if (packet.type === 'publish') last = packet;
  });
  slow.resume();
  while (String(last?.payload) !== 'the end') {
    publisher.write(encode(publish('flood', 'the end'), 5));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  for (const socket of [quick, slow, publisher]) socket.destroy();
});
