import { describe, expect, test } from 'vitest';
import { openToAll } from '../../../../hub/access/access.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { ClientEvents, type Refused } from '../../../../hub/gateways/client-events.ts';
import { ReasonCode } from '../../../../hub/gateways/mqtt/codec/index.ts';
import { connect, MqttHub, publish, settle, subscribe, text } from './mqtt-hub.ts';

const will = { topic: 'status', payload: Buffer.from('gone'), qos: 1, retain: false } as const;

describe('a CONNECT', () => {
  test('is answered with what the client may do', async () => {
    const hub = new MqttHub({ limits: { receiveMaximum: 7, packetBytes: 1000, topicAliases: 3 } });
    const { connack } = await hub.connect();
    expect(connack).toMatchObject({
      sessionPresent: false,
      reasonCode: 0,
      properties: { receiveMaximum: 7, maximumPacketSize: 1000, topicAliasMaximum: 3 },
    });
  });

  test('gets a plain CONNACK in MQTT 3.1.1', async () => {
    const hub = new MqttHub();
    const client = hub.open(4);
    client.send(connect({ protocolVersion: 4 }));
    await settle();
    expect([...client.transport.takeBytes()]).toEqual([0x20, 2, 0, 0]);
  });

  test('has to come first', async () => {
    const hub = new MqttHub();
    const client = hub.open();
    expect(await client.exchange(publish('a'))).toEqual([]);
    expect(client.transport.isEnded).toBe(true);
  });

  test('that comes a second time ends the connection [MQTT-3.1.0-2]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    const [disconnect] = await client.exchange(connect());
    expect(disconnect).toMatchObject({ type: 'disconnect', reasonCode: ReasonCode.ProtocolError });
    expect(client.transport.isEnded).toBe(true);
  });

  test('has to come in time', async () => {
    const hub = new MqttHub({ limits: { connectSeconds: 10 } });
    const client = hub.open();
    await hub.advance(9_000);
    expect(client.transport.isEnded).toBe(false);
    await hub.advance(1_500);
    expect(client.transport.isEnded).toBe(true);
  });

  test('in bits that never become whole does not extend its time', async () => {
    const hub = new MqttHub({ limits: { connectSeconds: 10 } });
    const client = hub.open();
    for (const byte of [0x10, 0x20, 0x00, 0x04]) {
      client.transport.receive(Buffer.of(byte));
      await hub.advance(3_000);
    }
    expect(client.transport.isEnded).toBe(true);
  });

  test('of an unknown protocol level gets that reason [MQTT-3.1.2-2]', async () => {
    const hub = new MqttHub();
    const client = hub.open();
    client.transport.receive(Buffer.of(0x10, 14, 0, 4, 0x4d, 0x51, 0x54, 0x54, 6, 2, 0, 0, 0, 0, 1, 0x61));
    expect(await client.take()).toMatchObject([
      { type: 'connack', reasonCode: ReasonCode.UnsupportedProtocolVersion },
    ]);
    expect(client.transport.isEnded).toBe(true);
  });

  test('with an authentication method that is not offered is refused with 0x8c [MQTT-4.12.0-1]', async () => {
    const hub = new MqttHub();
    const client = hub.open();
    const answer = await client.exchange(connect({ properties: { authenticationMethod: 'GS2-KRB5' } }));
    expect(answer).toMatchObject([{ type: 'connack', reasonCode: ReasonCode.BadAuthenticationMethod }]);
  });

  test('has its problems explained, as the standard lets it, whatever it asked for [MQTT-3.1.2-29]', async () => {
    const hub = new MqttHub();
    const client = hub.open();
    const properties = { authenticationMethod: 'X', requestProblemInformation: 0 } as const;
    const [connack] = await client.exchange(connect({ properties }));
    expect(connack).toMatchObject({
      type: 'connack',
      properties: { reasonString: expect.stringContaining('"X"') },
    });
  });

  test('is refused by access, with the reason in either version', async () => {
    const access = {
      ...openToAll,
      authenticate: async () => {
        throw new HubError('auth/denied', 'no');
      },
    };
    const hub = new MqttHub({ access });
    const [connack5] = await hub.open(5).exchange(connect());
    expect(connack5).toMatchObject({ type: 'connack', reasonCode: ReasonCode.NotAuthorized });
    const client = hub.open(4);
    client.send(connect({ protocolVersion: 4 }));
    await settle();
    expect([...client.transport.takeBytes()]).toEqual([0x20, 2, 0, 5]);
  });

  test('is refused and reported, also if the client hangs up before it is', async () => {
    const error = new HubError('auth/wrong', 'no');
    const access = { ...openToAll, authenticate: () => Promise.reject(error) };
    const events = new ClientEvents();
    const hub = new MqttHub({ access, events });
    const told: Refused[] = [];
    events.refused$.subscribe((refused) => told.push(refused));
    const client = hub.open();
    client.send(connect({ clientIdentifier: 'hasty', userName: 'eve' }));
    client.transport.cut();
    await settle();
    expect(told).toEqual([{ protocol: 'mqtt', address: '192.0.2.1', client: 'hasty', user: 'eve', error }]);
    expect(hub.gateway.counters.refused).toBe(1);
  });

  test('can be followed at once by other packets [MQTT-3.1.4-5]', async () => {
    const hub = new MqttHub();
    const client = hub.open();
    const packets = await client.exchange(connect(), subscribe('a'), publish('a', 'x'), { type: 'pingreq' });
    expect(packets.map(({ type }) => type)).toEqual(['connack', 'suback', 'pingresp', 'publish']);
  });

  test('is refused if connections come too fast, and accepted again later', async () => {
    const hub = new MqttHub({ limits: { connectsPerSecond: 1 } });
    for (let index = 0; index < 5; index++) await hub.connect({ clientIdentifier: `client-${index}` });
    const refused = hub.open();
    expect(await refused.exchange(connect())).toMatchObject([
      { type: 'connack', reasonCode: ReasonCode.ConnectionRateExceeded },
    ]);
    await hub.advance(1_000);
    await hub.connect();
  });

  test('whose client would be one session too many is refused with 0x97', async () => {
    const hub = new MqttHub({ sessionLimits: { sessions: 1 } });
    await hub.connect({ clientIdentifier: 'a' });
    const [connack] = await hub.open().exchange(connect({ clientIdentifier: 'b' }));
    expect(connack).toMatchObject({ type: 'connack', reasonCode: ReasonCode.QuotaExceeded });
  });
});

describe('the client identifier', () => {
  test('is given by the hub if the client has none [MQTT-3.2.2-16]', async () => {
    const hub = new MqttHub();
    const { connack } = await hub.connect({ clientIdentifier: '' });
    const other = await hub.connect({ clientIdentifier: '' });
    const assigned = connack.properties?.assignedClientIdentifier;
    expect(assigned).toMatch(/^mqtt-/);
    expect(other.connack.properties?.assignedClientIdentifier).not.toBe(assigned);
    const again = await hub.connect({ clientIdentifier: assigned ?? '' });
    expect(again.connack.properties?.assignedClientIdentifier).toBeUndefined();
  });

  test('may be empty in MQTT 3.1.1 only if the session is not kept [MQTT-3.1.3-8 of 3.1.1]', async () => {
    const hub = new MqttHub();
    await hub.connect({ protocolVersion: 4, clientIdentifier: '' });
    const client = hub.open(4);
    client.send(connect({ protocolVersion: 4, clientIdentifier: '', cleanStart: false }));
    await settle();
    expect([...client.transport.takeBytes()]).toEqual([0x20, 2, 0, 2]);
  });

  test('that is a name of JavaScript is like any other', async () => {
    const hub = new MqttHub();
    for (const clientIdentifier of ['__proto__', 'constructor', 'toString']) {
      const client = await hub.connect({ clientIdentifier });
      expect(client.connack.sessionPresent).toBe(false);
      await client.exchange(subscribe('__proto__/+'));
      expect((await client.exchange(publish('__proto__/constructor', 'x'))).length).toBe(1);
    }
  });
});

describe('keep alive', () => {
  test('of an MQTT 5 client is cut down to what the hub grants [MQTT-3.2.2-21]', async () => {
    const hub = new MqttHub({ limits: { keepAliveSeconds: 60 } });
    expect((await hub.connect({ keepAlive: 120 })).connack.properties?.serverKeepAlive).toBe(60);
    expect((await hub.connect({ keepAlive: 0 })).connack.properties?.serverKeepAlive).toBe(60);
    expect((await hub.connect({ keepAlive: 30 })).connack.properties?.serverKeepAlive).toBeUndefined();
  });

  test('ends the connection after one and a half times its length, not before [MQTT-3.1.2-22]', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ keepAlive: 10, will });
    const watcher = await hub.connect({ clientIdentifier: 'watcher', keepAlive: 60 });
    await watcher.exchange(subscribe('status'));
    await hub.advance(14_900);
    expect(client.transport.isEnded).toBe(false);
    await hub.advance(700);
    expect(await client.take()).toMatchObject([
      { type: 'disconnect', reasonCode: ReasonCode.KeepAliveTimeout },
    ]);
    expect(client.transport.isEnded).toBe(true);
    expect(await watcher.takeMessages()).toMatchObject([{ topic: 'status' }]);
  });

  test('is kept by any packet', async () => {
    const hub = new MqttHub();
    const client = await hub.connect({ keepAlive: 10 });
    for (let index = 0; index < 5; index++) {
      await hub.advance(14_000);
      expect(await client.exchange({ type: 'pingreq' })).toEqual([{ type: 'pingresp' }]);
    }
  });

  test('of MQTT 3.1.1 is as long as the client wants, or off', async () => {
    const hub = new MqttHub();
    const off = await hub.connect({ protocolVersion: 4, clientIdentifier: 'off' });
    const long = await hub.connect({ protocolVersion: 4, clientIdentifier: 'long', keepAlive: 600 });
    await hub.advance(899_000);
    expect(long.transport.isEnded).toBe(false);
    await hub.advance(2_000);
    expect(long.transport.isEnded).toBe(true);
    expect(off.transport.isEnded).toBe(false);
  });
});

describe('a session', () => {
  const kept = { cleanStart: false, properties: { sessionExpiryInterval: 100 } } as const;

  test('goes on if the client comes back in time, and is new after that [MQTT-3.1.2-5]', async () => {
    const hub = new MqttHub();
    const first = await hub.connect(kept);
    expect(first.connack.sessionPresent).toBe(false);
    first.transport.cut();
    await hub.advance(99_000);
    const second = await hub.connect(kept);
    expect(second.connack.sessionPresent).toBe(true);
    second.transport.cut();
    await hub.advance(101_000);
    expect((await hub.connect(kept)).connack.sessionPresent).toBe(false);
  });

  test('ends with a clean start [MQTT-3.1.2-4]', async () => {
    const hub = new MqttHub();
    const first = await hub.connect(kept);
    await first.exchange(subscribe('a'));
    const second = await hub.connect({ ...kept, cleanStart: true });
    expect(second.connack.sessionPresent).toBe(false);
    expect(await second.exchange(publish('a'))).toEqual([]);
  });

  test('is not kept longer than the hub allows, and the client gets to know [MQTT-3.2.2-21]', async () => {
    const hub = new MqttHub({ sessionLimits: { sessionExpirySeconds: 60 } });
    const { connack, transport } = await hub.connect(kept);
    expect(connack.properties?.sessionExpiryInterval).toBe(60);
    transport.cut();
    await hub.advance(61_000);
    expect((await hub.connect(kept)).connack.sessionPresent).toBe(false);
  });

  test('of MQTT 3.1.1 without Clean Session is kept as long as the hub allows', async () => {
    const hub = new MqttHub({ sessionLimits: { sessionExpirySeconds: 60 } });
    const fields = { protocolVersion: 4, cleanStart: false } as const;
    const first = await hub.connect(fields);
    first.transport.cut();
    await hub.advance(59_000);
    const second = await hub.connect(fields);
    expect(second.connack.sessionPresent).toBe(true);
    second.transport.cut();
    await hub.advance(61_000);
    expect((await hub.connect(fields)).connack.sessionPresent).toBe(false);
  });

  test('is taken over by a new connection, and the old one closed with 0x8e [MQTT-3.1.4-3]', async () => {
    const hub = new MqttHub();
    const first = await hub.connect(kept);
    await first.exchange(subscribe('a'));
    const second = await hub.connect(kept);
    expect(second.connack.sessionPresent).toBe(true);
    expect(await first.take()).toMatchObject([
      { type: 'disconnect', reasonCode: ReasonCode.SessionTakenOver },
    ]);
    expect(first.transport.isEnded).toBe(true);
    first.transport.cut(); // The hub notices the end of the old connection late, which must change nothing.
    expect(await second.exchange(publish('a', 'still here'))).toHaveLength(1);
  });

  test('can be given another expiry with the goodbye', async () => {
    const hub = new MqttHub();
    const first = await hub.connect(kept);
    first.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 0 } });
    expect((await hub.connect(kept)).connack.sessionPresent).toBe(false);
  });

  test('that was to end with its connection cannot be given one (MQTT 5, 3.14.2.2.2)', async () => {
    const hub = new MqttHub();
    const client = await hub.connect();
    const goodbye = { type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 10 } } as const;
    expect(await client.exchange(goodbye)).toMatchObject([
      { type: 'disconnect', reasonCode: ReasonCode.ProtocolError },
    ]);
  });
});

describe('a will', () => {
  async function watch(hub: MqttHub) {
    const watcher = await hub.connect({ clientIdentifier: 'watcher', keepAlive: 60 });
    await watcher.exchange(subscribe('status'));
    return watcher;
  }

  test('is published if the connection breaks [MQTT-3.1.2-8]', async () => {
    const hub = new MqttHub();
    const watcher = await watch(hub);
    const client = await hub.connect({ will: { ...will, properties: { contentType: 'text' } } });
    client.transport.cut();
    const messages = await watcher.takeMessages();
    expect(messages).toMatchObject([{ topic: 'status', qos: 1, properties: { contentType: 'text' } }]);
    expect(messages.map(text)).toEqual(['gone']);
  });

  test('is forgotten with a normal goodbye [MQTT-3.14.4-3]', async () => {
    const hub = new MqttHub();
    const watcher = await watch(hub);
    const client = await hub.connect({ will });
    client.send({ type: 'disconnect', reasonCode: 0 });
    client.transport.cut();
    expect(await watcher.takeMessages()).toEqual([]);
    expect(client.transport.isEnded).toBe(true);
  });

  test('is published with the goodbye that asks for it, 0x04', async () => {
    const hub = new MqttHub();
    const watcher = await watch(hub);
    const client = await hub.connect({ will });
    client.send({ type: 'disconnect', reasonCode: ReasonCode.DisconnectWithWillMessage });
    expect(await watcher.takeMessages()).toHaveLength(1);
  });

  test('is published if the client breaks a rule', async () => {
    const hub = new MqttHub();
    const watcher = await watch(hub);
    const client = await hub.connect({ will });
    client.transport.receive(Buffer.of(0xf0, 0x00, 0xff));
    client.transport.receive(Buffer.of(0x00));
    expect(await watcher.takeMessages()).toHaveLength(1);
  });

  test('waits for its delay, and is not published if the client is back before that [MQTT-3.1.3-9]', async () => {
    const hub = new MqttHub();
    const watcher = await watch(hub);
    const fields = {
      cleanStart: false,
      will: { ...will, willDelayInterval: 5 },
      properties: { sessionExpiryInterval: 60 },
    } as const;
    const client = await hub.connect(fields);
    client.transport.cut();
    await hub.advance(4_900);
    const back = await hub.connect(fields);
    await hub.advance(10_000);
    expect(await watcher.takeMessages()).toEqual([]);
    back.transport.cut();
    await hub.advance(5_100);
    expect(await watcher.takeMessages()).toHaveLength(1);
  });

  test('is published with the end of the session, if that comes before its delay is over', async () => {
    const hub = new MqttHub();
    const watcher = await watch(hub);
    const fields = { will: { ...will, willDelayInterval: 500 }, properties: { sessionExpiryInterval: 2 } };
    const client = await hub.connect(fields);
    client.transport.cut();
    await hub.advance(1_900);
    expect(await watcher.takeMessages()).toEqual([]);
    await hub.advance(200);
    expect(await watcher.takeMessages()).toHaveLength(1);
  });

  test('lives from when it is published, not from when it was written', async () => {
    const hub = new MqttHub();
    const watcher = await watch(hub);
    const client = await hub.connect({ will: { ...will, messageExpiryInterval: 10 }, keepAlive: 60 });
    await hub.advance(30_000);
    client.transport.cut();
    expect(await watcher.takeMessages()).toMatchObject([{ messageExpiryInterval: 10 }]);
  });

  test('to a topic of the hub is refused with the CONNECT', async () => {
    const hub = new MqttHub();
    const answer = await hub.open().exchange(connect({ will: { ...will, topic: '$SYS/broker/version' } }));
    expect(answer).toMatchObject([{ type: 'connack', reasonCode: ReasonCode.NotAuthorized }]);
  });
});

test('a client that was not accepted yet when the hub closes is no longer accepted', async () => {
  const hub = new MqttHub();
  hub.gateway.close(new HubError('hub/closing', 'the hub is closing'));
  const late = hub.open();
  expect(late.transport.isDestroyed).toBe(true);
  expect(await late.exchange(connect())).toEqual([]);
  expect(hub.sessions.size).toBe(0);
  expect(hub.gateway.connectionCount).toBe(0);
});

test('a client whose re-authentication is never decided is let go', async () => {
  const principal = await openToAll.authenticate({}, { address: '' });
  const first = { step: async () => ({ data: new Uint8Array(), principal }) };
  const second = { step: () => new Promise<never>(() => undefined) };
  const exchanges = [first, second];
  const hub = new MqttHub({
    access: { ...openToAll, beginExchange: () => exchanges.shift() },
    limits: { connectSeconds: 10 },
  });
  const properties = { authenticationMethod: 'X' };
  const client = await hub.connect({ properties });
  client.send({ type: 'auth', reasonCode: ReasonCode.ReAuthenticate, properties });
  await hub.advance(9_000);
  expect(client.transport.isEnded).toBe(false);
  await hub.advance(2_000);
  expect(await client.take()).toMatchObject([{ type: 'disconnect' }]);
  expect(client.transport.isEnded).toBe(true);
});

describe('the response information', () => {
  test('is given to a client that asks for it, and is a topic', async () => {
    const hub = new MqttHub();
    const properties = { requestResponseInformation: 1 } as const;
    const { connack } = await hub.connect({ clientIdentifier: 'a/+#b', properties });
    expect(connack.properties?.responseInformation).toBe('response/a%2F%2B%23b');
    expect((await hub.connect()).connack.properties?.responseInformation).toBeUndefined();
  });
});
