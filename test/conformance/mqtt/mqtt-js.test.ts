import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CLUSTERS, IS_ALL, openRealHub, type RealHub, SERVERS, seen } from './hub.ts';

describe.each([...SERVERS, ...CLUSTERS])('Through servers: %s', (whose) => {
  let hub: RealHub;
  const clients: MqttClient[] = [];

  beforeEach(async () => {
    hub = await openRealHub({}, whose);
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
    await hub.close();
  });

  /** The next packet that a client reports. */
  const next = (client: MqttClient, event: 'connect' | 'disconnect') =>
    new Promise<{ properties?: object }>((resolve) => client.once(event, resolve));

  const hasAllWays = IS_ALL || !CLUSTERS.some((cluster) => cluster === whose);
  const transports = hasAllWays ? (['tcp', 'ws'] as const) : (['tcp'] as const);
  const ways = transports.flatMap((transport) =>
    (hasAllWays ? ([3, 4, 5] as const) : ([5] as const)).map(
      (protocolVersion) => [transport, protocolVersion] as const,
    ),
  );

  describe.each(ways)('mqtt.js over %s, protocol version %i', (transport, protocolVersion) => {
    async function connect(options: IClientOptions = {}): Promise<MqttClient> {
      const protocol = protocolVersion === 3 ? ({ protocolId: 'MQIsdp' } as const) : {};
      const client = await mqtt.connectAsync(hub.urls[transport], {
        protocolVersion,
        reconnectPeriod: 0,
        ...protocol,
        ...options,
      });
      clients.push(client);
      return client;
    }

    it.each([0, 1, 2] as const)('publishes at QoS %i to a browser, and hears it', async (qos) => {
      const client = await connect();
      await client.subscribeAsync('answer/#', { qos });
      const heard = messagesOf(client, 1);
      const atBrowser = seen(hub.browser.messages('question'), 1);
      await hub.untilSubscribed(2);
      await client.publishAsync('question', 'how?', { qos });
      expect(await atBrowser).toEqual(['question how?']);
      await hub.browser.publish('answer/1', 'so', { qos });
      expect(await heard).toMatchObject([{ topic: 'answer/1', payload: 'so', qos }]);
    });

    it('gets what a browser has had retained, and the other way round', async () => {
      await hub.browser.publish('led/21/duty', '40', { retain: true });
      const client = await connect();
      const heard = messagesOf(client, 1);
      await client.subscribeAsync('led/+/duty');
      expect(await heard).toMatchObject([{ payload: '40', retain: true }]);
      await client.publishAsync('led/22/duty', '50', { retain: true, qos: 1 });
      expect(await seen(hub.browser.messages('led/22/#'), 1)).toEqual(['led/22/duty 50 R']);
    });

    it('has its will published when it is cut off, and not when it says goodbye', async () => {
      const will = { topic: 'led/21/status', payload: Buffer.from('offline'), qos: 1, retain: true } as const;
      const statuses = seen(hub.browser.messages('led/21/status'), 1);
      await hub.untilSubscribed(1);
      await (await connect({ will })).endAsync();
      const client = await connect({ will: { ...will, payload: Buffer.from('cut off') } });
      client.stream.destroy();
      expect(await statuses).toEqual(['led/21/status cut off']);
    });

    it('goes on with its session, and gets what it missed in order', async () => {
      const options = { clientId: 'stays', clean: false, properties: { sessionExpiryInterval: 60 } };
      const first = await connect(options);
      await first.subscribeAsync('missed', { qos: 2 });
      await first.endAsync();
      for (const payload of ['1', '2', '3']) await hub.browser.publish('missed', payload, { qos: 2 });
      const protocol = protocolVersion === 3 ? ({ protocolId: 'MQIsdp' } as const) : {};
      const second = mqtt.connect(hub.urls[transport], {
        protocolVersion,
        reconnectPeriod: 0,
        ...protocol,
        ...options,
      });
      clients.push(second);
      const heard = await messagesOf(second, 3);
      expect(heard.map(({ payload }) => payload)).toEqual(['1', '2', '3']);
    });

    it('sends and gets a message of a mebibyte', async () => {
      const client = await connect();
      const payload = 'x'.repeat(2 ** 20);
      await client.subscribeAsync('large', { qos: 1 });
      const heard = messagesOf(client, 1);
      await client.publishAsync('large', payload, { qos: 1 });
      expect((await heard)[0]?.payload).toBe(payload);
    });

    it('sends a thousand messages at QoS 2 at once, and gets each once and in order', async () => {
      const client = await connect();
      await client.subscribeAsync('many', { qos: 2 });
      const heard = messagesOf(client, 1000);
      const sent = Array.from({ length: 1000 }, (_, index) => String(index));
      await Promise.all(sent.map((payload) => client.publishAsync('many', payload, { qos: 2 })));
      expect((await heard).map(({ payload }) => payload)).toEqual(sent);
    });

    it('stops getting what it has unsubscribed from', async () => {
      const client = await connect();
      await client.subscribeAsync(['a', 'b']);
      await client.unsubscribeAsync('a');
      const heard = messagesOf(client, 1);
      await client.publishAsync('a', 'no', { qos: 1 });
      await client.publishAsync('b', 'yes', { qos: 1 });
      expect(await heard).toMatchObject([{ topic: 'b' }]);
    });

    it('shares a subscription with others of its group', async () => {
      const members = await Promise.all([connect(), connect()]);
      const heard: string[] = [];
      const all = Promise.all(members.map((member) => messagesOf(member, 5)));
      for (const member of members) await member.subscribeAsync('$share/group/work');
      for (let index = 0; index < 10; index++) await hub.browser.publish('work', String(index));
      for (const messages of await all) heard.push(...messages.map(({ payload }) => payload));
      expect(heard.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    });
  });

  describe.each(transports)('mqtt.js over %s, MQTT 5', (transport) => {
    async function connect(options: IClientOptions = {}): Promise<MqttClient> {
      const client = await mqtt.connectAsync(hub.urls[transport], {
        protocolVersion: 5,
        reconnectPeriod: 0,
        ...options,
      });
      clients.push(client);
      return client;
    }

    it('passes properties on as they are', async () => {
      const client = await connect();
      const properties = {
        payloadFormatIndicator: true,
        contentType: 'text/plain',
        responseTopic: 'answers',
        correlationData: Buffer.from([1, 2, 3]),
        userProperties: { a: ['1', '2'], b: '3' },
      };
      await client.subscribeAsync('a', { qos: 1, properties: { subscriptionIdentifier: 42 } });
      const heard = packetsOf(client, 1);
      await client.publishAsync('a', 'x', {
        qos: 1,
        properties: { ...properties, messageExpiryInterval: 100 },
      });
      expect((await heard)[0]?.properties).toMatchObject({
        ...properties,
        messageExpiryInterval: 100,
        subscriptionIdentifier: 42,
      });
    });

    it('uses topic aliases both ways', async () => {
      const client = await connect({ autoAssignTopicAlias: true, properties: { topicAliasMaximum: 10 } });
      await client.subscribeAsync('a/long/topic', { qos: 0 });
      const heard = messagesOf(client, 3);
      for (const payload of ['1', '2', '3']) await client.publishAsync('a/long/topic', payload);
      expect((await heard).map(({ topic, payload }) => `${topic} ${payload}`)).toEqual([
        'a/long/topic 1',
        'a/long/topic 2',
        'a/long/topic 3',
      ]);
    });

    it('is told why its session has ended', async () => {
      const first = await connect({ clientId: 'same' });
      const told = next(first, 'disconnect');
      await connect({ clientId: 'same' });
      expect(await told).toMatchObject({ cmd: 'disconnect', reasonCode: 0x8e });
    });

    it('is told that the hub is closing', async () => {
      const client = await connect();
      const told = next(client, 'disconnect');
      const closed = hub.close();
      expect(await told).toMatchObject({ cmd: 'disconnect', reasonCode: 0x8b });
      await closed;
      hub = await openRealHub({}, whose);
    });

    it('is given a name if it has none, and granted a keep alive', async () => {
      const client = mqtt.connect(hub.urls[transport], {
        protocolVersion: 5,
        clientId: '',
        keepalive: 300,
        reconnectPeriod: 0,
      });
      clients.push(client);
      const connack = await next(client, 'connect');
      expect(connack.properties).toMatchObject({
        assignedClientIdentifier: expect.stringMatching(/^mqtt-/),
        serverKeepAlive: 60,
        receiveMaximum: expect.any(Number),
        topicAliasMaximum: expect.any(Number),
        maximumPacketSize: expect.any(Number),
      });
    });

    it('asks and is answered, with a response topic', async () => {
      const [asker, answerer] = [await connect(), await connect()];
      await answerer.subscribeAsync('question', { qos: 1 });
      answerer.on('message', (_topic, payload, { properties }) => {
        const { responseTopic = '', correlationData = Buffer.alloc(0) } = properties ?? {};
        answerer.publish(responseTopic, `${payload}!`, { properties: { correlationData } });
      });
      await asker.subscribeAsync('answers/asker', { qos: 0, nl: true });
      const heard = packetsOf(asker, 1);
      const properties = { responseTopic: 'answers/asker', correlationData: Buffer.from('7') };
      await asker.publishAsync('question', 'well', { qos: 1, properties });
      const [answer] = await heard;
      expect(String(answer?.payload)).toBe('well!');
      expect(answer?.properties?.correlationData).toEqual(Buffer.from('7'));
    });
  });
});

interface Heard {
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
}

async function messagesOf(client: MqttClient, count: number): Promise<Heard[]> {
  const packets = await packetsOf(client, count);
  return packets.map(({ topic, payload, qos, retain }) => ({ topic, payload: String(payload), qos, retain }));
}

function packetsOf(client: MqttClient, count: number): Promise<IPublishPacket[]> {
  const packets: IPublishPacket[] = [];
  return new Promise((resolve) => {
    client.on('message', (topic, _payload, packet) => {
      packets.push({ ...packet, topic });
      if (packets.length === count) resolve(packets);
    });
  });
}
