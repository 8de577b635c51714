import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HubError } from '../../../../hub/core/error.ts';
import { Message } from '../../../../hub/core/message.ts';
import { ReasonCode } from '../../../../hub/gateways/mqtt/codec/index.ts';
import { type PublishBatch, PublishEncoder } from '../../../../hub/gateways/mqtt/outbound.ts';
import { Replies } from '../../../../hub/gateways/mqtt/replies.ts';
import { encode } from './codec/client-codec.ts';
import { connect, MqttHub, publish, settle, subscribe, type TestClient, text } from './mqtt-hub.ts';
import { binaryFrames } from './raw-socket.ts';

async function subscribers(
  hub: MqttHub,
  count: number,
  qos: 0 | 1 = 0,
  version: 4 | 5 = 5,
): Promise<TestClient[]> {
  const clients: TestClient[] = [];
  for (let index = 0; index < count; index++) {
    const client = await hub.connect({ clientIdentifier: `${version}-${index}`, protocolVersion: version });
    await client.exchange(subscribe('t/#', { qos }));
    clients.push(client);
  }
  return clients;
}

const writes = ({ transport }: TestClient) => transport.writes.length;

describe('what is due to a client in one turn', () => {
  test('leaves in one write, answers first', async () => {
    const hub = new MqttHub();
    const [client] = await subscribers(hub, 1);
    if (!client) return;
    const before = writes(client);
    const packets = await client.exchange(
      publish('t/1', 'a'),
      publish('t/2', 'b', { qos: 1, packetIdentifier: 1 }),
      { type: 'pingreq' },
      publish('t/3', 'c'),
    );
    expect(packets.map(({ type }) => type)).toEqual(['puback', 'pingresp', 'publish', 'publish', 'publish']);
    expect(packets.map(text).slice(2)).toEqual(['a', 'b', 'c']);
    expect(writes(client)).toBe(before + 1);
  });

  test('is the same bytes for all clients that are due the same, at QoS 1 too', async () => {
    for (const qos of [0, 1] as const) {
      const hub = new MqttHub();
      const clients = await subscribers(hub, 3, qos);
      const publisher = await hub.connect();
      await publisher.exchange(
        publish('t/1', 'a', { qos, packetIdentifier: qos }),
        publish('t/2', 'b', { qos, packetIdentifier: qos && 2 }),
      );
      const written = clients.map(({ transport }) => transport.writes.at(-1));
      expect(new Set(written).size).toBe(1);
      for (const client of clients) expect((await client.takeMessages()).map(text)).toEqual(['a', 'b']);
    }
  });

  test('is each its own if their packet identifiers differ', async () => {
    const hub = new MqttHub();
    const [ahead, behind] = await subscribers(hub, 2, 1);
    const publisher = await hub.connect();
    await ahead?.exchange(subscribe('only/ahead', { qos: 1 }));
    await publisher.exchange(publish('only/ahead', '', { qos: 1, packetIdentifier: 1 }));
    await ahead?.take();
    await publisher.exchange(publish('t/1', 'a', { qos: 1, packetIdentifier: 2 }));
    expect(await ahead?.take()).toMatchObject([{ packetIdentifier: 2 }]);
    expect(await behind?.take()).toMatchObject([{ packetIdentifier: 1 }]);
  });

  test('is written in the form of each version', async () => {
    const hub = new MqttHub();
    const [modern] = await subscribers(hub, 1, 0, 5);
    const [old] = await subscribers(hub, 1, 0, 4);
    const publisher = await hub.connect();
    publisher.send(publish('t', 'x', { properties: { contentType: 'y' } }));
    expect(await modern?.take()).toMatchObject([{ properties: { contentType: 'y' } }]);
    expect((await old?.take())?.map(text)).toEqual(['x']);
  });

  test('does not wait for the end of the turn if it is much, and still comes in order', async () => {
    const hub = new MqttHub({ sessionLimits: { bufferedBytes: 100_000 } });
    const [client] = await subscribers(hub, 1);
    const publishers = await Promise.all(
      Array.from({ length: 4 }, (_, index) => hub.connect({ clientIdentifier: `p${index}` })),
    );
    const payload = 'x'.repeat(1_000);
    for (const [index, publisher] of publishers.entries()) {
      publisher.send(
        ...Array.from({ length: 50 }, (_, count) => publish(`t/${index}`, `${count} ${payload}`)),
      );
    }
    const messages = (await client?.takeMessages()) ?? [];
    expect(messages).toHaveLength(200);
    const order = messages.map(({ topic, payload }) => `${topic} ${Number.parseInt(String(payload), 10)}`);
    expect(order).toEqual(
      [0, 1, 2, 3].flatMap((index) => Array.from({ length: 50 }, (_, count) => `t/${index} ${count}`)),
    );
    expect(hub.sessions.counters.dropped).toBe(0);
  });

  test('that cannot be written ends the one connection, and the others get theirs', async () => {
    const hub = new MqttHub();
    const [modern] = await subscribers(hub, 1, 0, 5);
    const [old] = await subscribers(hub, 1, 0, 4);
    const contentType = 'longer than MQTT 5 can say '.repeat(3_000);
    hub.hub.publish(new Message('t', 'x', { properties: { contentType } }));
    expect((await old?.take())?.map(text)).toEqual(['x']);
    expect(await modern?.take()).toMatchObject([{ type: 'disconnect', reasonCode: 0x80 }]);
  });
});

test('a message that cannot be written does not keep its client from getting the reason why it must go', async () => {
  const hub = new MqttHub();
  const [client] = await subscribers(hub, 1);
  const contentType = 'longer than MQTT 5 can say '.repeat(3_000);
  hub.hub.publish(new Message('t', 'x', { properties: { contentType } }));
  hub.gateway.close(new HubError('hub/closing', 'the hub is closing'));
  expect(await client?.take()).toMatchObject([
    { type: 'disconnect', reasonCode: ReasonCode.ServerShuttingDown },
  ]);
});

describe('packets are the same in frames, one in each', () => {
  const lengths = fc.array(fc.constantFrom(0, 1, 20, 60, 110, 130, 200, 20_000, 70_000), { minLength: 1 });

  test('if they are replies', () => {
    fc.assert(
      fc.property(lengths, (all) => {
        const packets = all.map((length) => encode(publish('t', 'x'.repeat(length)), 5));
        const [bytes, frames] = (['bytes', 'frames'] as const).map((form) => {
          const replies = new Replies(form);
          for (const packet of packets) replies.add(packet);
          return replies.take();
        });
        expectFrames(frames, packets);
        expect(bytes?.equals(Buffer.concat(packets))).toBe(true);
      }),
    );
  });

  test('if they are messages, which are encoded once for all', () => {
    fc.assert(
      fc.property(lengths, (all) => {
        const payloads = all.map((length) => 'x'.repeat(length));
        const packets = payloads.map((payload) => encode(publish('t', payload), 5));
        const encoder = new PublishEncoder(5, () => 0);
        let batch: PublishBatch | undefined;
        for (const payload of payloads) batch = encoder.extend(batch, new Message('t', payload), 0);
        const encoded = batch && encoder.encode(batch);
        expectFrames(encoded?.frames, packets);
        expect(encoded?.bytes.equals(Buffer.concat(packets))).toBe(true);
        expect(batch && encoder.encode(batch).frames).toBe(encoded?.frames);
      }),
      { numRuns: 30 },
    );
  });

  function expectFrames(frames: Buffer | undefined, packets: readonly Buffer[]): void {
    const unframed = binaryFrames(frames ?? Buffer.alloc(0));
    expect(unframed.map(({ length }) => length)).toEqual(packets.map(({ length }) => length));
    expect(Buffer.concat(unframed).equals(Buffer.concat(packets))).toBe(true);
  }
});

test('a client whose maximum packet size has no room for a CONNACK is let go', async () => {
  const hub = new MqttHub();
  const client = hub.open();
  client.send(connect({ properties: { maximumPacketSize: 5 } }));
  await settle();
  expect(client.transport.isEnded).toBe(true);
  expect(client.transport.takeBytes()).toHaveLength(0);
  expect(hub.sessions.size).toBe(0);
});
