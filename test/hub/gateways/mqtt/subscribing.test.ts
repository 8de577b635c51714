import { describe, expect, test } from 'vitest';
import { openToAll } from '../../../../hub/access/access.ts';
import { ALL_RIGHTS } from '../../../../hub/core/rights.ts';
import { type Packet, ReasonCode } from '../../../../hub/gateways/mqtt/codec/index.ts';
import { MqttHub, publish, subscribe, text } from './mqtt-hub.ts';

const reasonCodesOf = (packet: Packet | undefined) =>
  packet?.type === 'suback' || packet?.type === 'unsuback' ? packet.reasonCodes : undefined;

const unsubscribe = (...topicFilters: string[]) =>
  ({ type: 'unsubscribe', packetIdentifier: 2, topicFilters }) as const;

describe('a SUBSCRIBE', () => {
  test('is answered filter by filter: a good filter holds, even beside a bad one [MQTT-3.8.4-6]', async () => {
    const hub = new MqttHub({ sessionLimits: { subscriptions: 6 } });
    const client = await hub.connect();
    await client.exchange(subscribe(['1', '2', '3', '4']));
    const packets = await client.exchange(subscribe(['a', '$share', '$share', 'c', 'd', 'a'], { qos: 1 }));
    expect(reasonCodesOf(packets[0])).toEqual([1, 0x8f, 0x8f, 1, ReasonCode.QuotaExceeded, 1]);
    expect(await client.exchange(publish('c'))).toHaveLength(1);
  });

  test('with more filters than a client may name at a time is refused by count: those beyond are not looked at [MQTT-3.9.3-1]', async () => {
    const hub = new MqttHub({ sessionLimits: { filtersAtOnce: 2 } });
    const client = await hub.connect();
    const filters = ['a', 'b', 'b', '$share', ...new Array(10_000).fill('$share')];
    const [suback] = await client.exchange(subscribe(filters, { qos: 1 }));
    const refused = new Array(filters.length - 2).fill(ReasonCode.QuotaExceeded);
    expect(reasonCodesOf(suback)).toEqual([1, 1, ...refused]);
    expect(await client.exchange(publish('b'))).toHaveLength(1);
  });

  test('to a filter of too many levels ends the connection; so does an UNSUBSCRIBE', async () => {
    const hub = new MqttHub({ limits: { topicLevels: 3 } });
    for (const packet of [subscribe(['a', '+/+/+/+']), unsubscribe('a', 'a/b/c/d')]) {
      const client = await hub.connect();
      expect(reasonCodesOf((await client.exchange(subscribe(['a/b/c', '+/+/#'])))[0])).toEqual([2, 2]);
      expect(await client.exchange(packet, publish('a'))).toMatchObject([
        { type: 'disconnect', reasonCode: ReasonCode.TopicFilterInvalid },
      ]);
    }
    const old = await hub.connect({ protocolVersion: 4 });
    expect(await old.exchange(subscribe('+/+/+/+'))).toEqual([]);
    expect(hub.gateway.countClients()).toEqual({ tcp: 0, websocket: 0 });
  });

  test('has one word for every failure in MQTT 3.1.1', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ protocolVersion: 4 });
    expect(reasonCodesOf((await client.exchange(subscribe(['a', '$share/g'])))[0])).toEqual([2, 0x80]);
  });

  test('to what may not be read is refused', async () => {
    const rights = { ...ALL_RIGHTS, maySubscribe: (path: string) => path !== 'secret' };
    const hub = new MqttHub({ access: { ...openToAll, rightsOf: () => rights } });
    const client = await hub.connect();
    expect(reasonCodesOf((await client.exchange(subscribe(['secret', 'open'])))[0])).toEqual([0x87, 2]);
  });

  test('with No Local on a shared subscription is a protocol error [MQTT-3.8.3-4]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    expect(await client.exchange(subscribe('$share/group/a', { noLocal: true }))).toMatchObject([
      { type: 'disconnect', reasonCode: ReasonCode.ProtocolError },
    ]);
  });

  test('of the same filter takes the place of the one before [MQTT-3.8.4-3]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(subscribe('a', { qos: 0 }));
    await client.exchange(subscribe('a', { qos: 1 }));
    const packets = await client.exchange(publish('a', '', { qos: 1, packetIdentifier: 1 }));
    expect(packets.filter(({ type }) => type === 'publish')).toMatchObject([{ qos: 1 }]);
  });

  test('is acknowledged before what is retained comes', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(publish('a', 'x', { retain: true }));
    expect((await client.exchange(subscribe('a'))).map(({ type }) => type)).toEqual(['suback', 'publish']);
  });
});

describe('what is retained', () => {
  const options = [
    [0, 1, 1],
    [1, 1, 0],
    [2, 0, 0],
  ] as const;
  test.each(options)(
    'comes with retain handling %i to a new and to a known subscription %i and %i times',
    async (retainHandling, onNew, onKnown) => {
      const hub = new MqttHub();
      const client = await hub.connect();
      await client.exchange(publish('a', 'x', { retain: true }));
      const first = await client.exchange(subscribe('a', { retainHandling }));
      const second = await client.exchange(subscribe('a', { retainHandling }));
      expect(first.filter(({ type }) => type === 'publish')).toHaveLength(onNew);
      expect(second.filter(({ type }) => type === 'publish')).toHaveLength(onKnown);
    },
  );

  test('has the retain flag, and what comes later has it only as published if that is asked for [MQTT-3.3.1-12], [MQTT-3.3.1-13]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    const packet = publish('a', 'x', { retain: true });
    await client.exchange(packet);
    expect((await client.exchange(subscribe('a')))[1]).toMatchObject({ retain: true });
    expect(await client.exchange(packet)).toMatchObject([{ retain: false }]);
    await client.exchange(subscribe('a', { retainAsPublished: true }));
    expect(await client.exchange(packet, publish('a'))).toMatchObject([{ retain: true }, { retain: false }]);
  });

  test('comes once for each filter of a SUBSCRIBE that matches it', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(publish('a/b', 'x', { retain: true, qos: 1, packetIdentifier: 1 }));
    const packets = await client.exchange(subscribe(['a/+', 'a/#'], { qos: 1 }));
    expect(packets.filter(({ type }) => type === 'publish')).toHaveLength(2);
  });

  test('does not come to a shared subscription (MQTT 5, 4.8.2)', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(publish('a', 'x', { retain: true }));
    expect(await client.exchange(subscribe('$share/group/a'))).toHaveLength(1);
  });

  test('is forgotten with an empty payload [MQTT-3.3.1-6]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(publish('a', 'x', { retain: true }), publish('a', '', { retain: true }));
    expect(await client.exchange(subscribe('a'))).toHaveLength(1);
  });

  test('beyond the hub’s room is refused with 0x97, and nobody gets it', async () => {
    const hub = new MqttHub({ retainedLimits: { retainedMessages: 1 } });
    const client = await hub.connect();
    await client.exchange(subscribe('#', { qos: 0 }));
    const retained = (topic: string) => publish(topic, 'x', { qos: 1, packetIdentifier: 1, retain: true });
    expect(await client.exchange(retained('a'))).toHaveLength(2);
    expect(await client.exchange(retained('b'))).toMatchObject([{ type: 'puback', reasonCode: 0x97 }]);
  });
});

describe('subscriptions that overlap', () => {
  test('give a message once, at the highest QoS and with all identifiers [MQTT-3.3.4-4], [MQTT-3.3.5-1]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(subscribe('a/#', { qos: 1 }, { properties: { subscriptionIdentifier: 2 } }));
    await client.exchange(
      subscribe('a/b', { qos: 0 }, { properties: { subscriptionIdentifier: 268_435_455 } }),
    );
    await client.exchange(subscribe('+/b', { qos: 0 }));
    const packets = await client.exchange(publish('a/b', 'x', { qos: 2, packetIdentifier: 1 }));
    const messages = packets.filter((packet) => packet.type === 'publish');
    expect(messages).toMatchObject([{ qos: 1 }]);
    expect(new Set(messages[0]?.subscriptionIdentifiers)).toEqual(new Set([2, 268_435_455]));
  });

  test('identifiers of MQTT 5 do not reach a client of 3.1.1', async () => {
    const hub = new MqttHub();
    const modern = await hub.connect({
      clientIdentifier: 'modern',
      cleanStart: false,
      properties: { sessionExpiryInterval: 9 },
    });
    await modern.exchange(subscribe('a', {}, { properties: { subscriptionIdentifier: 5 } }));
    const old = await hub.connect({ protocolVersion: 4, clientIdentifier: 'modern', cleanStart: false });
    expect((await old.exchange(publish('a', 'x'))).map(text)).toEqual(['x']);
  });
});

test('No Local leaves out what the client itself publishes [MQTT-3.8.3-3]', async () => {
  const hub = new MqttHub();
  const client = await hub.connect({ clientIdentifier: 'a' });
  const other = await hub.connect({ clientIdentifier: 'b' });
  await client.exchange(subscribe('t', { noLocal: true }));
  await other.exchange(subscribe('t', { noLocal: true }));
  expect(await client.exchange(publish('t', 'x'))).toEqual([]);
  expect(await other.take()).toHaveLength(1);
});

describe('a shared subscription', () => {
  test('gives each message to one of its members, in turn', async () => {
    const hub = new MqttHub();
    const members = await Promise.all(
      ['a', 'b', 'c'].map(async (clientIdentifier) => {
        const member = await hub.connect({ clientIdentifier });
        await member.exchange(subscribe('$share/group/t/+', { qos: 1 }));
        return member;
      }),
    );
    const publisher = await hub.connect({ clientIdentifier: 'publisher' });
    for (let index = 0; index < 9; index++) publisher.send(publish('t/x', `${index}`));
    const counts = await Promise.all(members.map(async (member) => (await member.takeMessages()).length));
    expect(counts).toEqual([3, 3, 3]);
  });

  test('hands what one member has not acknowledged to another when it goes', async () => {
    const hub = new MqttHub();
    const [one, other] = await Promise.all(
      ['a', 'b'].map(async (clientIdentifier) => {
        const member = await hub.connect({ clientIdentifier });
        await member.exchange(subscribe('$share/group/t', { qos: 1 }));
        return member;
      }),
    );
    const publisher = await hub.connect({ clientIdentifier: 'publisher' });
    publisher.send(publish('t', 'x', { qos: 1, packetIdentifier: 1 }));
    const [first] = await Promise.all([one?.takeMessages(), publisher.take()]);
    const [holder, next] = first?.length === 1 ? [one, other] : [other, one];
    await next?.take();
    holder?.transport.cut();
    expect((await next?.takeMessages())?.map(text)).toEqual(['x']);
  });
});

describe('an UNSUBSCRIBE', () => {
  test('is answered filter by filter [MQTT-3.10.4-1], [MQTT-3.11.3-2]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    await client.exchange(subscribe(['a', 'b']));
    const [unsuback] = await client.exchange(unsubscribe('a', 'c', 'a'));
    expect(reasonCodesOf(unsuback)).toEqual([0, 0x11, 0x11]);
    expect(await client.exchange(publish('a'), publish('b'))).toMatchObject([{ topic: 'b' }]);
  });

  test('has no reason codes in MQTT 3.1.1', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ protocolVersion: 4 });
    expect(await client.exchange(unsubscribe('a'))).toMatchObject([
      { type: 'unsuback', packetIdentifier: 2 },
    ]);
  });
});
