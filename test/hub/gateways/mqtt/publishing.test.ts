import { describe, expect, test } from 'vitest';
import { type Packet, type PublishPacket, ReasonCode } from '../../../../hub/gateways/mqtt/codec/index.ts';
import { connect, MqttHub, publish, subscribe, type TestClient, text } from './mqtt-hub.ts';

async function pair(hub = new MqttHub(), version: 4 | 5 = 5): Promise<[TestClient, TestClient]> {
  const publisher = await hub.connect({ protocolVersion: version, clientIdentifier: 'publisher' });
  const subscriber = await hub.connect({ protocolVersion: version, clientIdentifier: 'subscriber' });
  await subscriber.exchange(subscribe('#'));
  return [publisher, subscriber];
}

const acknowledgement = (
  type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  packetIdentifier: number,
  reasonCode = 0,
) => ({
  type,
  packetIdentifier,
  reasonCode,
});

describe('a message', () => {
  test('passes with all its properties as they are, in order [MQTT-3.3.2-15 … -20]', async () => {
    const [publisher, subscriber] = await pair();
    const properties = {
      payloadFormatIndicator: 1,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Buffer.of(0, 255),
      userProperties: [
        ['b', '1'],
        ['a', '2'],
        ['b', '3'],
        ['', ''],
      ],
    } as const;
    publisher.send(publish('a', 'grün', { properties }));
    const [message] = await subscriber.takeMessages();
    expect(message).toMatchObject({ topic: 'a', properties, retain: false, dup: false, qos: 0 });
    expect(text(message)).toBe('grün');
  });

  test('goes from 5.0 to 3.1.1 and back, without what the other does not know', async () => {
    const hub = new MqttHub();
    const old = await hub.connect({ protocolVersion: 4, clientIdentifier: 'old' });
    const modern = await hub.connect({ clientIdentifier: 'modern' });
    await old.exchange(subscribe('to/old'));
    await modern.exchange(subscribe('to/modern'));
    modern.send(publish('to/old', 'x', { properties: { contentType: 'y' }, messageExpiryInterval: 5 }));
    old.send(publish('to/modern', 'z', { qos: 1, packetIdentifier: 9 }));
    expect((await old.takeMessages()).map(text)).toEqual(['x']);
    expect((await modern.takeMessages()).map(text)).toEqual(['z']);
  });

  test('comes at the lower of its and the subscription’s QoS [MQTT-3.8.4-8]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    for (const wanted of [0, 1, 2] as const) {
      await client.exchange(subscribe('a', { qos: wanted }));
      for (const sent of [0, 1, 2] as const) {
        const packets = await client.exchange(publish('a', '', { qos: sent, packetIdentifier: sent && 7 }));
        const message = packets.find((packet) => packet.type === 'publish');
        expect(message?.qos).toBe(Math.min(wanted, sent));
        await finish(client, message);
        if (sent === 2) await client.exchange(acknowledgement('pubrel', 7));
      }
    }
  });

  test('says how long it still lives, and is not sent once that is over [MQTT-3.3.2-5], [MQTT-3.3.2-6]', async () => {
    const hub = new MqttHub();
    const fields = {
      clientIdentifier: 'away',
      cleanStart: false,
      properties: { sessionExpiryInterval: 100 },
    };
    const away = await hub.connect(fields);
    await away.exchange(subscribe('a'));
    away.transport.cut();
    const publisher = await hub.connect({ clientIdentifier: 'publisher' });
    publisher.send(
      publish('a', 'short', { qos: 1, packetIdentifier: 1, messageExpiryInterval: 2 }),
      publish('a', 'long', { qos: 1, packetIdentifier: 2, messageExpiryInterval: 10 }),
    );
    await hub.advance(3_500);
    const back = hub.open();
    const packets = await back.exchange(connect(fields));
    expect(packets.map(text)).toEqual([undefined, 'long']);
    expect(packets[1]).toMatchObject({ messageExpiryInterval: 7 });
    expect(hub.sessions.counters.expired).toBe(1);
  });

  test('of a topic without subscribers is acknowledged with 0x10', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    expect(await client.exchange(publish('a', '', { qos: 1, packetIdentifier: 3 }))).toMatchObject([
      acknowledgement('puback', 3, ReasonCode.NoMatchingSubscribers),
    ]);
    expect(await client.exchange(publish('a', '', { qos: 2, packetIdentifier: 4 }))).toMatchObject([
      acknowledgement('pubrec', 4, ReasonCode.NoMatchingSubscribers),
    ]);
  });

  test('is refused if it is declared as UTF-8 and is not, and the connection goes on', async () => {
    const [publisher, subscriber] = await pair();
    const bad = { payload: Buffer.of(0xff), properties: { payloadFormatIndicator: 1 } } as const;
    expect(await publisher.exchange(publish('a', '', { ...bad, qos: 1, packetIdentifier: 1 }))).toMatchObject(
      [acknowledgement('puback', 1, ReasonCode.PayloadFormatInvalid)],
    );
    await publisher.exchange(publish('a', '', bad), publish('a', 'good'));
    expect((await subscriber.takeMessages()).map(text)).toEqual(['good']);
  });

  test('to $SYS is refused, and in MQTT 3.1.1 acknowledged and dropped [MQTT-3.3.5-2 of 3.1.1]', async () => {
    const hub = new MqttHub();
    const watcher = await hub.connect({ clientIdentifier: 'watcher' });
    await watcher.exchange(subscribe('$SYS/#'));
    const packet = publish('$SYS/broker/uptime', 'for ever', { qos: 1, packetIdentifier: 1, retain: true });
    const modern = await hub.connect({ clientIdentifier: 'modern' });
    expect(await modern.exchange(packet)).toMatchObject([
      acknowledgement('puback', 1, ReasonCode.NotAuthorized),
    ]);
    const old = await hub.connect({ protocolVersion: 4, clientIdentifier: 'old' });
    expect(await old.exchange(packet)).toMatchObject([acknowledgement('puback', 1)]);
    expect(await watcher.takeMessages()).toEqual([]);
    expect(hub.hub.retained.size).toBe(0);
  });

  test.each([0, 1, 2] as const)(
    'to a topic of too many levels ends the connection, at QoS %i',
    async (qos) => {
      const hub = new MqttHub({ limits: { topicLevels: 3 } });
      const packet = publish('a/b/c/d', '', { qos, packetIdentifier: qos && 1 });
      const modern = await hub.connect();
      await modern.exchange(publish('a/b/c', ''));
      expect(await modern.exchange(packet, publish('a', ''))).toMatchObject([
        { type: 'disconnect', reasonCode: ReasonCode.TopicNameInvalid },
      ]);
      const old = await hub.connect({ protocolVersion: 4 });
      expect(await old.exchange(packet)).toEqual([]);
      expect(hub.gateway.countClients()).toEqual({ tcp: 0, websocket: 0 });
    },
  );

  test('larger than the hub takes ends the connection with 0x95 [MQTT-3.2.2-15]', async () => {
    const hub = new MqttHub({ limits: { packetBytes: 100 } });
    const client = await hub.connect();
    expect(await client.exchange(publish('a', 'x'.repeat(100)))).toMatchObject([
      { type: 'disconnect', reasonCode: ReasonCode.PacketTooLarge },
    ]);
  });

  test('larger than a client takes is left out, and the next one comes [MQTT-3.1.2-24], [MQTT-3.1.2-25]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ properties: { maximumPacketSize: 40 } });
    await client.exchange(subscribe('a', { qos: 1 }));
    for (const [qos, topicLength] of [
      [0, 'PUBLISH of 40 bytes at QoS 0'.length],
      [1, 'PUBLISH of 40 at QoS 1'.length],
    ] as const) {
      const room = 40 - (2 + 2 + 1 + 1 + (qos === 0 ? 0 : 2)); // Fixed header, topic, property length, packet identifier.
      expect(topicLength).toBeLessThanOrEqual(room);
      const packets = await client.exchange(
        publish('a', 'x'.repeat(room + 1), { qos, packetIdentifier: qos }),
        publish('a', 'y'.repeat(room), { qos, packetIdentifier: qos && 2 }),
      );
      const messages = packets.filter((packet) => packet.type === 'publish');
      expect(messages.map(text)).toEqual(['y'.repeat(room)]);
      await finish(client, messages[0]);
    }
  });
});

describe('QoS 1', () => {
  test('is acknowledged in the order in which it came [MQTT-4.6.0-2]', async () => {
    const [publisher] = await pair();
    const identifiers = [5, 3, 65_535, 1];
    const packets = await publisher.exchange(
      ...identifiers.map((packetIdentifier) => publish('a', '', { qos: 1, packetIdentifier })),
    );
    expect(packets).toMatchObject(identifiers.map((identifier) => acknowledgement('puback', identifier)));
  });

  test('is sent again after a reconnect, in order, with DUP [MQTT-4.4.0-1], [MQTT-4.6.0-1]', async () => {
    const hub = new MqttHub();
    const fields = {
      clientIdentifier: 'away',
      cleanStart: false,
      properties: { sessionExpiryInterval: 100 },
    };
    const away = await hub.connect(fields);
    await away.exchange(subscribe('#', { qos: 1 }));
    const publisher = await hub.connect({ clientIdentifier: 'publisher' });
    await publisher.exchange(
      ...['1', '2'].map((it, i) => publish('a', it, { qos: 1, packetIdentifier: i + 1 })),
    );
    expect((await away.takeMessages()).map(({ dup }) => dup)).toEqual([false, false]);
    away.transport.cut();
    await publisher.exchange(publish('a', '3', { qos: 1, packetIdentifier: 3 }), publish('a', 'lost'));
    const back = hub.open();
    const packets = await back.exchange(connect(fields));
    const messages = packets.filter((packet) => packet.type === 'publish');
    expect(messages.map((message) => [text(message), message.dup])).toEqual([
      ['1', true],
      ['2', true],
      ['3', false],
    ]);
  });

  test('goes no further than the client’s receive maximum [MQTT-3.3.4-9]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ properties: { receiveMaximum: 2 } });
    await client.exchange(subscribe('a', { qos: 1 }));
    const sent = ['1', '2', '3', '4'].map((it, i) => publish('a', it, { qos: 1, packetIdentifier: i + 1 }));
    const first = (await client.exchange(...sent)).filter((packet) => packet.type === 'publish');
    expect(first.map(text)).toEqual(['1', '2']);
    const next = await client.exchange(acknowledgement('puback', first[1]?.packetIdentifier ?? 0));
    expect(next.map(text)).toEqual(['3']);
    expect((await client.exchange(publish('a', 'at QoS 0'))).map(text)).toEqual(['at QoS 0']);
  });
});

describe('QoS 2', () => {
  test('is published once, however often it is sent [MQTT-4.3.3-10], [MQTT-4.3.3-11]', async () => {
    const [publisher, subscriber] = await pair();
    const packet = publish('a', 'once', { qos: 2, packetIdentifier: 8 });
    expect(await publisher.exchange(packet)).toMatchObject([acknowledgement('pubrec', 8)]);
    expect(await publisher.exchange({ ...packet, dup: true })).toMatchObject([acknowledgement('pubrec', 8)]);
    expect(await publisher.exchange(acknowledgement('pubrel', 8))).toMatchObject([
      acknowledgement('pubcomp', 8),
    ]);
    expect(await subscriber.takeMessages()).toHaveLength(1);
    await publisher.exchange(packet);
    expect(await subscriber.takeMessages()).toHaveLength(1);
  });

  test('goes through its two halves to the subscriber [MQTT-4.3.3-1 … -8]', async () => {
    const [publisher, subscriber] = await pair();
    publisher.send(publish('a', 'x', { qos: 2, packetIdentifier: 1 }));
    const [message] = await subscriber.takeMessages();
    const { packetIdentifier = 0 } = message ?? {};
    expect(message).toMatchObject({ qos: 2, dup: false });
    expect(await subscriber.exchange(acknowledgement('pubrec', packetIdentifier))).toMatchObject([
      acknowledgement('pubrel', packetIdentifier),
    ]);
    expect(await subscriber.exchange(acknowledgement('pubcomp', packetIdentifier))).toEqual([]);
  });

  test('with an unknown identifier is answered with 0x92', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    expect(await client.exchange(acknowledgement('pubrel', 77))).toMatchObject([
      acknowledgement('pubcomp', 77, ReasonCode.PacketIdentifierNotFound),
    ]);
    expect(await client.exchange(acknowledgement('pubrec', 78))).toMatchObject([
      acknowledgement('pubrel', 78, ReasonCode.PacketIdentifierNotFound),
    ]);
    expect(await client.exchange(acknowledgement('puback', 79), acknowledgement('pubcomp', 80))).toEqual([]);
  });

  test('that the client refuses is over, and makes room for the next [MQTT-4.3.3-4]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ properties: { receiveMaximum: 1 } });
    await client.exchange(subscribe('a'));
    const packets = await client.exchange(
      publish('a', '1', { qos: 2, packetIdentifier: 1 }),
      publish('a', '2', { qos: 2, packetIdentifier: 2 }),
    );
    const first = packets.find((packet): packet is PublishPacket => packet.type === 'publish');
    const refusal = acknowledgement('pubrec', first?.packetIdentifier ?? 0, ReasonCode.QuotaExceeded);
    expect((await client.exchange(refusal)).map(text)).toEqual(['2']);
  });

  test('is released after a reconnect, in either direction [MQTT-4.4.0-1]', async () => {
    const hub = new MqttHub();
    const fields = { cleanStart: false, properties: { sessionExpiryInterval: 100 } } as const;
    const client = await hub.connect(fields);
    await client.exchange(subscribe('a'));
    const packets = await client.exchange(publish('a', 'x', { qos: 2, packetIdentifier: 5 }));
    const { packetIdentifier = 0 } = packets.find((packet) => packet.type === 'publish') ?? {};
    client.send(acknowledgement('pubrec', packetIdentifier));
    client.transport.cut();
    const back = hub.open();
    const again = await back.exchange(connect(fields));
    expect(again).toMatchObject([
      { type: 'connack', sessionPresent: true },
      acknowledgement('pubrel', packetIdentifier),
    ]);
    expect(await back.exchange(acknowledgement('pubrel', 5))).toMatchObject([acknowledgement('pubcomp', 5)]);
  });

  test('beyond the hub’s receive maximum ends the connection with 0x93 [MQTT-3.3.4-7]', async () => {
    const hub = new MqttHub({ limits: { receiveMaximum: 2 } });
    const client = await hub.connect();
    const begin = (packetIdentifier: number) => publish('a', '', { qos: 2, packetIdentifier });
    await client.exchange(begin(1), begin(2), acknowledgement('pubrel', 1), begin(3));
    const packets = await client.exchange(begin(4));
    expect(packets).toMatchObject([{ type: 'disconnect', reasonCode: ReasonCode.ReceiveMaximumExceeded }]);
  });

  test('acknowledged as if it were QoS 1 is a protocol error', async () => {
    const [publisher, subscriber] = await pair();
    publisher.send(publish('a', 'x', { qos: 2, packetIdentifier: 1 }));
    const [message] = await subscriber.takeMessages();
    const packets = await subscriber.exchange(acknowledgement('puback', message?.packetIdentifier ?? 0));
    expect(packets).toMatchObject([{ type: 'disconnect', reasonCode: ReasonCode.ProtocolError }]);
  });
});

describe('a payload', () => {
  const limits = { payloadBytes: 10 };

  test('of as many bytes as are allowed is taken, and of one more is refused with 0x97', async () => {
    const client = await new MqttHub({ limits }).connect();
    for (const [qos, type] of [
      [1, 'puback'],
      [2, 'pubrec'],
    ] as const) {
      const send = (length: number) => publish('t', 'x'.repeat(length), { qos, packetIdentifier: length });
      expect(await client.exchange(send(10), send(11))).toMatchObject([
        { type, packetIdentifier: 10, reasonCode: ReasonCode.NoMatchingSubscribers },
        { type, packetIdentifier: 11, reasonCode: ReasonCode.QuotaExceeded },
      ]);
    }
  });

  test('of one byte more than allowed is not delivered at QoS 0 either', async () => {
    const client = await new MqttHub({ limits }).connect();
    await client.exchange(subscribe('#'));
    client.send(publish('t', 'x'.repeat(11)), publish('t', 'x'.repeat(10)));
    expect((await client.takeMessages()).map(({ payload }) => payload.byteLength)).toEqual([10]);
  });

  test('of a will that is too long is refused with 0x95', async () => {
    const client = new MqttHub({ limits }).open();
    const will = { topic: 't', payload: Buffer.alloc(11), qos: 0, retain: false } as const;
    expect(await client.exchange(connect({ will }))).toMatchObject([
      { type: 'connack', reasonCode: ReasonCode.PacketTooLarge },
    ]);
  });
});

test('nobody publishes to a shared subscription: not a client, not its will', async () => {
  const hub = new MqttHub();
  const client = await hub.connect();
  expect(await client.exchange(publish('$share/g/t', '', { qos: 1, packetIdentifier: 1 }))).toMatchObject([
    { type: 'puback', reasonCode: ReasonCode.TopicNameInvalid },
  ]);
  const will = { topic: '$share/g/t', payload: Buffer.alloc(0), qos: 0, retain: false } as const;
  expect(await hub.open().exchange(connect({ will }))).toMatchObject([
    { type: 'connack', reasonCode: ReasonCode.TopicNameInvalid },
  ]);
});

describe('a topic alias', () => {
  test('of the client stands for its topic until it is set again [MQTT-3.3.2-12]', async () => {
    const [publisher, subscriber] = await pair();
    publisher.send(
      publish('one', '1', { topicAlias: 1 }),
      publish('', '2', { topicAlias: 1, qos: 1, packetIdentifier: 1 }),
      publish('two', '3', { topicAlias: 1 }),
      publish('', '4', { topicAlias: 1 }),
    );
    const messages = await subscriber.takeMessages();
    expect(messages.map(({ topic }) => topic)).toEqual(['one', 'one', 'two', 'two']);
    expect(messages.every(({ topicAlias }) => topicAlias === undefined)).toBe(true);
  });

  test('above the maximum ends the connection with 0x94 [MQTT-3.3.2-9]', async () => {
    const hub = new MqttHub({ limits: { topicAliases: 2 } });
    const client = await hub.connect();
    expect(await client.exchange(publish('a', '', { topicAlias: 2 }))).toEqual([]);
    expect(await client.exchange(publish('a', '', { topicAlias: 3 }))).toMatchObject([
      { type: 'disconnect', reasonCode: ReasonCode.TopicAliasInvalid },
    ]);
  });

  test('that was never set, or on another connection only, is a protocol error [MQTT-3.3.2-7]', async () => {
    const hub = new MqttHub();
    const first = await hub.connect();
    await first.exchange(publish('a', '', { topicAlias: 1 }));
    const second = await hub.connect();
    expect(await second.exchange(publish('', '', { topicAlias: 1 }))).toMatchObject([
      { type: 'disconnect', reasonCode: ReasonCode.ProtocolError },
    ]);
  });

  test('of the hub is used if the client allows it, up to its maximum [MQTT-3.1.2-26]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ properties: { topicAliasMaximum: 1 } });
    await client.exchange(subscribe('#', { qos: 0 }));
    const packets = await client.exchange(publish('a', '1'), publish('b', '2'), publish('a', '3'));
    const messages = packets.filter((packet) => packet.type === 'publish');
    expect(messages.map(({ topic, topicAlias }) => [topic, topicAlias])).toEqual([
      ['a', 1],
      ['b', undefined],
      ['', 1],
    ]);
    const again = await client.exchange(publish('a', '4'));
    expect(again).toMatchObject([{ topic: '', topicAlias: 1 }]);
  });
});

/** Acknowledges a message completely. */
async function finish(client: TestClient, message: Packet | undefined): Promise<void> {
  if (message?.type !== 'publish' || message.qos === 0) return;
  const { qos, packetIdentifier } = message;
  if (qos === 1) await client.exchange(acknowledgement('puback', packetIdentifier));
  else {
    await client.exchange(acknowledgement('pubrec', packetIdentifier));
    await client.exchange(acknowledgement('pubcomp', packetIdentifier));
  }
}
