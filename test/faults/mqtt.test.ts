import { Buffer } from 'node:buffer';
import { describe, expect, test, vi } from 'vitest';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Message } from '../../hub/core/message.ts';
import { type Packet, ReasonCode } from '../../hub/gateways/mqtt/codec/index.ts';
import { encode } from '../hub/gateways/mqtt/codec/client-codec.ts';
import {
  connect,
  MqttHub,
  publish,
  settle,
  subscribe,
  type TestClient,
  text,
} from '../hub/gateways/mqtt/mqtt-hub.ts';

const isEnded = ({ transport }: TestClient) => transport.isEnded;

/** Classes of faults that have hurt other brokers, each with the place where it was seen. */
describe('before a client is let in', () => {
  test('a packet that claims to be huge is refused by its header, with nothing kept (mochi#502, CVE-2017-7651)', async () => {
    const hub = new MqttHub();
    const client = hub.open();
    client.transport.receive(Buffer.of(0x10, 0xff, 0xff, 0xff, 0x7f));
    await settle();
    expect(isEnded(client)).toBe(true);
  });

  test('a length of five bytes is refused (CVE-2026-25627)', async () => {
    const hub = new MqttHub();
    const client = hub.open();
    client.transport.receive(Buffer.of(0x10, 0xff, 0xff, 0xff, 0xff, 0x01));
    await settle();
    expect(isEnded(client)).toBe(true);
  });

  test('only a CONNECT is read (aedes#1086)', async () => {
    const hub = new MqttHub();
    for (let first = 0; first < 256; first++) {
      if (first === 0x10) continue;
      const client = hub.open();
      client.transport.receive(Buffer.of(first, 0));
      await settle();
      expect(isEnded(client)).toBe(true);
    }
    expect(hub.sessions.size).toBe(0);
  });

  test('a CONNECT that is cut short anywhere is not taken for one, and the hub goes on', async () => {
    const hub = new MqttHub();
    const properties = { sessionExpiryInterval: 10, userProperties: [['a', 'b']] } as const;
    const will = {
      topic: 'w',
      payload: Buffer.from('x'),
      qos: 1,
      retain: false,
      willDelayInterval: 1,
    } as const;
    const whole = encode(connect({ properties, will, userName: 'u', password: Buffer.from('p') }), 5);
    for (let length = 3; length < whole.length; length++) {
      const client = hub.open();
      const cut = Buffer.from(whole.subarray(0, length));
      cut[1] = length - 2; // The length now claims that the packet is complete.
      client.transport.receive(cut);
      await settle();
      expect(isEnded(client)).toBe(true);
    }
    expect(hub.sessions.size).toBe(0);
    await hub.connect();
  });
});

describe('what a client sends', () => {
  test('is held against its limits packet by packet, not once for a chunk (GHSA-5jvp-3p2v-5qgf, CVE-2023-28366)', async () => {
    const hub = new MqttHub({ limits: { receiveMaximum: 10 } });
    const client = await hub.connect();
    const flood = Array.from({ length: 1000 }, (_, index) =>
      publish('a', 'x', { qos: 2, packetIdentifier: index + 1 }),
    );
    const packets = await client.exchange(...flood);
    expect(packets.filter(({ type }) => type === 'pubrec')).toHaveLength(10);
    expect(packets.at(-1)).toMatchObject({
      type: 'disconnect',
      reasonCode: ReasonCode.ReceiveMaximumExceeded,
    });
  });

  test('and never releases is bounded in MQTT 3.1.1 too, which has no receive maximum', async () => {
    const hub = new MqttHub({ sessionLimits: { unreleased: 100 } });
    const client = await hub.connect({ protocolVersion: 4 });
    const flood = Array.from({ length: 101 }, (_, index) =>
      publish('a', 'x', { qos: 2, packetIdentifier: index + 1 }),
    );
    const packets = await client.exchange(...flood);
    expect(packets.filter(({ type }) => type === 'pubrec')).toHaveLength(100);
    expect(isEnded(client)).toBe(true);
  });

  test('with thousands of user properties costs less than twenty plain CONNECTs (CVE-2023-3592)', async () => {
    const hub = new MqttHub({ limits: { connectsPerSecond: 1e6 } });
    const userProperties = Array.from({ length: 5_000 }, (_, index) => [`n${index}`, 'v'] as const);
    const plain = encode(connect(), 5);
    const crowded = encode(connect({ properties: { userProperties } }), 5);
    const time = async (bytes: Buffer, count: number) => {
      const start = performance.now();
      for (let index = 0; index < count; index++) {
        const client = hub.open();
        client.transport.receive(bytes);
        await settle();
        client.transport.cut();
      }
      return performance.now() - start;
    };
    await time(plain, 200);
    await time(crowded, 20);
    const rounds = await Promise.resolve(Array.from({ length: 9 }, () => 0));
    const ratios: number[] = [];
    for (const _ of rounds) ratios.push((await time(crowded, 5)) / ((await time(plain, 100)) || 1));
    expect(ratios.sort((a, b) => a - b)[4]).toBeLessThan(1);
  });

  test('to topics of too many levels ends the connection at the first, and is matched with nothing (CVE-2018-12543)', async () => {
    const hub = new MqttHub();
    const deep = 'a/'.repeat(30_000);
    for (const [packet, reasonCode] of [
      [subscribe(`${deep}#`), ReasonCode.TopicFilterInvalid],
      [publish(deep, '', { qos: 1, packetIdentifier: 1 }), ReasonCode.TopicNameInvalid],
      [publish(deep, 'x', { qos: 0, retain: true }), ReasonCode.TopicNameInvalid],
    ] as const) {
      const client = await hub.connect();
      expect(await client.exchange(packet, packet)).toMatchObject([{ type: 'disconnect', reasonCode }]);
    }
    expect(hub.hub.retained.size).toBe(0);
  });

  test('under names of JavaScript is like any other (GHSA-52qw-whmv-87c5)', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ clientIdentifier: '__proto__' });
    const names = ['__proto__', 'constructor', 'hasOwnProperty', '__proto__/polluted'];
    await client.exchange(...names.map((name) => publish(name, 'x', { retain: true })));
    const packets = await client.exchange(subscribe(names));
    expect(packets.filter(({ type }) => type === 'publish')).toHaveLength(names.length);
    expect('polluted' in {}).toBe(false);
  });

  test('to $SYS does not arrive there, and is not retained (aedes#622)', async () => {
    const hub = new MqttHub();
    hub.hub.publish(new Message('$SYS/broker/version', 'true', { retain: true }));
    const client = await hub.connect();
    await client.exchange(
      publish('$SYS/broker/version', 'false', { retain: true }),
      publish('$SYS/broker/version', '', { retain: true, qos: 2, packetIdentifier: 1 }),
    );
    const packets = await client.exchange(subscribe('$SYS/#'));
    expect(packets.map(text)).toEqual([undefined, 'true']);
  });

  test('that breaks a rule ends its own connection and nobody else’s', async () => {
    const hub = new MqttHub();
    const neighbor = await hub.connect({ clientIdentifier: 'neighbor' });
    await neighbor.exchange(subscribe('#', { qos: 0 }));
    const faults: readonly (readonly number[])[] = [
      [0x00, 0x00],
      [0x36, 0x03, 0, 1, 0x61],
      [0x30, 0x03, 0, 1, 0x2b, 0],
      [0x80, 0x06, 0, 1, 0, 0, 1, 0x61],
      [0x82, 0x02, 0, 1],
      [0x62, 0x01, 0],
      [0xe0, 0x02, 0xff, 0],
      [0xf0, 0x00],
      [0x20, 0x02, 0, 0],
      [0xc0, 0x01, 0],
    ];
    for (const bytes of faults) {
      const client = await hub.connect();
      client.transport.receive(Buffer.from(bytes));
      await settle();
      expect(isEnded(client)).toBe(true);
      const { reasonCode } = (await client.take())[0] as Packet & { reasonCode: number };
      expect(reasonCode).toBeGreaterThanOrEqual(0x80);
    }
    expect((await neighbor.exchange(publish('still', 'here'))).map(text)).toEqual(['here']);
  });

  test('may search in vain among 50,000 retained topics; others are answered meanwhile', async () => {
    const hub = new MqttHub();
    const [client, other] = [await hub.connect(), await hub.connect({ clientIdentifier: 'other' })];
    for (let n = 0; n < 50_000; n++) {
      hub.hub.publish(new Message(`r/${n % 50}/${n}`, 'x', { retain: true }));
    }
    const filters = Array.from({ length: 20 }, (_, n) => `+/+/+/n${n}`);
    const [suback, ...rest] = await client.exchange(subscribe([...filters, 'r/0/0']));
    expect(suback).toMatchObject({ type: 'suback' });
    expect(rest).toEqual([]);
    for (let turn = 0; turn < 50; turn++) {
      await hub.advance(1);
      expect(await other.exchange({ type: 'pingreq' })).toMatchObject([{ type: 'pingresp' }]);
      expect(await client.take()).toEqual([]);
    }
    await hub.advance(1_000);
    expect(await client.takeMessages()).toMatchObject([{ topic: 'r/0/0', retain: true }]);
  });
});

describe('a client that sends more at once than is handled in a moment', () => {
  const COUNT = 50_000;
  const flood = Buffer.concat(
    Array.from({ length: COUNT }, (_, index) => encode(publish(`t/${index % 1_000}`, `${index}`), 5)),
  );

  test('lets others have their turns meanwhile, and loses nothing', async () => {
    const hub = new MqttHub();
    hub.lookMs = 0.1; // A slice is 50 looks, of 16 packets each.
    const [client, other] = [await hub.connect(), await hub.connect({ clientIdentifier: 'other' })];
    const heard: (string | undefined)[] = [];
    hub.hub.subscribe({ deliver: ({ text }) => heard.push(text) > 0 }, parseTopicFilter('t/#'));
    client.transport.receive(flood);
    expect(await other.exchange({ type: 'pingreq' })).toEqual([{ type: 'pingresp' }]);
    expect(heard.length).toBeLessThan(COUNT);
    await vi.waitUntil(() => heard.length === COUNT, { interval: 1, timeout: 20_000 });
    expect(heard).toEqual(Array.from({ length: COUNT }, (_, index) => `${index}`));
    expect(await client.exchange({ type: 'pingreq' })).toEqual([{ type: 'pingresp' }]);
  });

  test('and then goes, has sent it', async () => {
    const hub = new MqttHub();
    hub.lookMs = 0.1; // A slice is 50 looks, of 16 packets each.
    const client = await hub.connect();
    let heard = 0;
    hub.hub.subscribe({ deliver: () => ++heard > 0 }, parseTopicFilter('t/#'));
    client.transport.receive(flood);
    expect(heard).toBeLessThan(COUNT);
    const other = await hub.connect({ clientIdentifier: 'other' });
    client.transport.cut();
    expect(await other.exchange({ type: 'pingreq' })).toEqual([{ type: 'pingresp' }]);
    expect(heard, 'others have their turns meanwhile').toBeLessThan(COUNT);
    await vi.waitUntil(() => heard === COUNT, { interval: 1, timeout: 20_000 });
    expect(hub.gateway.connectionCount).toBe(1);
  });
});

test('a client that leaves and connects again while its packets are handled leaves nothing behind', async () => {
  const hub = new MqttHub();
  hub.lookMs = 0.1; // A slice is 50 looks, of 16 packets each.
  const client = await hub.connect({ clientIdentifier: 'same' });
  const packets = Array.from({ length: 50_000 }, () => encode(publish('t', 'x'), 5));
  client.transport.receive(Buffer.concat(packets));
  client.transport.cut();
  await hub.connect({ clientIdentifier: 'same' });
  await vi.waitUntil(() => hub.gateway.connectionCount === 1, { interval: 1, timeout: 20_000 });
});

describe('a client that does not read', () => {
  const bufferedBytes = 10_000;

  async function slowReader(hub: MqttHub, fields: Parameters<MqttHub['connect']>[0] = {}) {
    const slow = await hub.connect({ clientIdentifier: 'slow', keepAlive: 60, ...fields });
    await slow.exchange(subscribe('#', { qos: 1 }));
    slow.transport.bufferedBytes = bufferedBytes + 1;
    return slow;
  }

  test('loses what came at QoS 0, counted, while the others do not wait (aedes#1060)', async () => {
    const hub = new MqttHub({ sessionLimits: { bufferedBytes } });
    const slow = await slowReader(hub);
    const quick = await hub.connect({ clientIdentifier: 'quick' });
    await quick.exchange(subscribe('a', { qos: 0 }));
    const messages = Array.from({ length: 100 }, (_, index) => publish('a', `${index}`));
    expect(await quick.exchange(...messages)).toHaveLength(100);
    expect(await slow.take()).toEqual([]);
    expect(hub.sessions.counters.dropped).toBe(100);
  });

  test('gets of every retained topic the last value once it reads again', async () => {
    const hub = new MqttHub({ sessionLimits: { bufferedBytes } });
    const slow = await slowReader(hub);
    const slider = await hub.connect({ clientIdentifier: 'slider' });
    for (let duty = 0; duty <= 100; duty++) slider.send(publish('duty', `${duty}`, { retain: true }));
    await settle();
    slow.transport.drain();
    expect((await slow.takeMessages()).map(text)).toEqual(['100']);
  });

  test('has a queue at QoS 1 that does not grow without limit', async () => {
    const hub = new MqttHub({ sessionLimits: { bufferedBytes, queuedMessages: 50 } });
    const slow = await slowReader(hub);
    const publisher = await hub.connect({ clientIdentifier: 'publisher' });
    const flood = Array.from({ length: 200 }, (_, index) =>
      publish('a', `${index}`, { qos: 1, packetIdentifier: index + 1 }),
    );
    await publisher.exchange(...flood);
    expect(hub.sessions.counters).toMatchObject({ queuedMessages: 50, dropped: 150 });
    slow.transport.drain();
    expect((await slow.takeMessages()).map(text)).toEqual(
      Array.from({ length: 50 }, (_, index) => `${index}`),
    );
  });

  test('counts properties as well as payloads against its queue', async () => {
    const hub = new MqttHub({ sessionLimits: { bufferedBytes, queuedBytes: 100_000 } });
    await slowReader(hub);
    const publisher = await hub.connect({ clientIdentifier: 'publisher' });
    const properties = { userProperties: [['x', 'y'.repeat(30_000)]] as const };
    const flood = Array.from({ length: 10 }, (_, index) =>
      publish('a', '', { qos: 1, packetIdentifier: index + 1, properties }),
    );
    await publisher.exchange(...flood);
    expect(hub.sessions.counters.queuedMessages).toBe(3);
    expect(hub.sessions.counters.queuedBytes).toBeLessThanOrEqual(100_000);
  });

  test('is not listened to while its own answers pile up', async () => {
    const hub = new MqttHub({ sessionLimits: { bufferedBytes } });
    const client = await hub.connect();
    client.transport.bufferedBytes = 3 * bufferedBytes;
    await client.exchange({ type: 'pingreq' });
    expect(client.transport.isPaused).toBe(true);
    client.send({ type: 'pingreq' });
    expect(await client.take()).toEqual([]);
    client.transport.drain();
    expect(client.transport.isPaused).toBe(false);
    expect(await client.take()).toEqual([{ type: 'pingresp' }]);
  });

  test('for too long is disconnected with 0x97, even if it keeps sending (mochi#95)', async () => {
    const hub = new MqttHub({ limits: { stuckSeconds: 30 }, sessionLimits: { bufferedBytes } });
    const slow = await slowReader(hub);
    for (let second = 0; second < 31; second += 5) {
      expect(isEnded(slow)).toBe(false);
      slow.send({ type: 'pingreq' });
      await hub.advance(5_000);
    }
    expect(isEnded(slow)).toBe(true);
    expect((await slow.take()).at(-1)).toMatchObject({
      type: 'disconnect',
      reasonCode: ReasonCode.QuotaExceeded,
    });
  });

  test('and does not close its side either is cut off', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange({ type: 'disconnect', reasonCode: 0 });
    expect(client.transport).toMatchObject({ isEnded: true, isDestroyed: false });
    await hub.advance(3_000);
    expect(client.transport.isDestroyed).toBe(true);
    expect(hub.gateway.connectionCount).toBe(0);
  });
});

describe('a session', () => {
  test('of a client that is gone takes no more than its limits, for no longer than its expiry (CVE-2024-48077)', async () => {
    const hub = new MqttHub({ sessionLimits: { queuedMessages: 10, sessionExpirySeconds: 60 } });
    const fields = { cleanStart: false, properties: { sessionExpiryInterval: 0xffff_ffff } } as const;
    const client = await hub.connect(fields);
    await client.exchange(subscribe('#', { qos: 1 }));
    client.transport.cut();
    const publisher = await hub.connect({ clientIdentifier: 'publisher' });
    const flood = Array.from({ length: 20 }, (_, index) =>
      publish('a', '', { qos: 1, packetIdentifier: index + 1 }),
    );
    await publisher.exchange(...flood);
    expect(hub.sessions.counters).toMatchObject({ queuedMessages: 10, dropped: 10 });
    await hub.advance(61_000);
    expect(hub.sessions.has('client')).toBe(false);
    expect(hub.sessions.counters).toMatchObject({ queuedMessages: 0, queuedBytes: 0 });
  });

  test('that was taken over leaves no will of its first owner behind (GHSA-p8r9-qf8w-p73r)', async () => {
    const hub = new MqttHub();
    const watcher = await hub.connect({ clientIdentifier: 'watcher' });
    await watcher.exchange(subscribe('w'));
    const will = {
      topic: 'w',
      payload: Buffer.from('first'),
      qos: 0,
      retain: false,
      willDelayInterval: 30,
    } as const;
    const properties = { sessionExpiryInterval: 100 } as const;
    const first = await hub.connect({ will, properties });
    const second = await hub.connect({ cleanStart: false, properties });
    first.transport.cut();
    second.send({ type: 'disconnect', reasonCode: ReasonCode.DisconnectWithWillMessage });
    await hub.advance(40_000);
    expect(await watcher.take()).toEqual([]);
  });
});
