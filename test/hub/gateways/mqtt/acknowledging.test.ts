import { describe, expect, test } from 'vitest';
import { HubError } from '../../../../hub/core/error.ts';
import { Message } from '../../../../hub/core/message.ts';
import { SlowJournal } from '../../core/slow-journal.ts';
import { connect, MqttHub, publish, subscribe } from './mqtt-hub.ts';

describe('a hub that closes', () => {
  test('sends waiting messages before its DISCONNECT, because a client reads nothing after that', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(subscribe('#', { qos: 1 }));
    for (const qos of [0, 1] as const) hub.hub.publish(new Message('led/21/status', 'offline', { qos }));
    hub.sessions.closeAll(new HubError('hub/closing', 'the hub is closing'));
    expect(await client.take()).toMatchObject([
      { type: 'publish', qos: 0 },
      { type: 'publish', qos: 1 },
      { type: 'disconnect', reasonCode: 0x8b },
    ]);
  });
});

/** More than a link buffers until the end of the turn. */
const LARGE = 'x'.repeat(100_000);

const kept = { cleanStart: false, properties: { sessionExpiryInterval: 100 } } as const;

describe('an acknowledgement leaves when what it acknowledges is safe', () => {
  test('a CONNACK', async () => {
    const journal = new SlowJournal();
    const client = new MqttHub({ journal }).open();
    expect(await client.exchange(connect(kept))).toEqual([]);
    journal.makeSafe();
    expect(await client.take()).toMatchObject([{ type: 'connack' }]);
  });

  test('a PUBACK and a PUBREC, but not if there was nothing to keep', async () => {
    const journal = new SlowJournal();
    const client = await new MqttHub({ journal }).connect();
    const plain = await client.exchange(publish('a', 'x', { qos: 1, packetIdentifier: 1 }));
    expect(plain).toMatchObject([{ type: 'puback' }]);
    expect(await client.exchange(publish('a', 'x', { qos: 1, packetIdentifier: 2, retain: true }))).toEqual(
      [],
    );
    expect(await client.exchange(publish('a', 'x', { qos: 2, packetIdentifier: 3, retain: true }))).toEqual(
      [],
    );
    journal.makeSafe();
    expect(await client.take()).toMatchObject([{ type: 'puback' }, { type: 'pubrec' }]);
  });

  test('a SUBACK, however much that is retained follows it', async () => {
    const journal = new SlowJournal();
    const hub = new MqttHub({ journal });
    for (const topic of ['r/1', 'r/2']) hub.hub.publish(new Message(topic, LARGE, { retain: true }));
    journal.makeSafe();
    const client = hub.open();
    client.send(connect(kept));
    await client.take();
    journal.makeSafe();
    await client.take();
    expect(await client.exchange(subscribe('r/#', { qos: 0 }))).toEqual([]);
    journal.makeSafe();
    const types = (await client.take()).map(({ type }) => type);
    expect(types.toSorted()).toEqual(['publish', 'publish', 'suback']);
  });
});
