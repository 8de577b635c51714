import { describe, expect, test } from 'vitest';
import { type Access, openToAll } from '../../../../hub/access/access.ts';
import { HubError } from '../../../../hub/core/error.ts';
import { ReasonCode } from '../../../../hub/gateways/mqtt/codec/index.ts';
import { connect, MqttHub } from './mqtt-hub.ts';

/** A limit below the shortest CONNACK of MQTT 5, which has five bytes. */
const NO_ROOM = { maximumPacketSize: 4 } as const;

const METHOD = { authenticationMethod: 'X' } as const;

const deniesAll: Access = {
  ...openToAll,
  authenticate: async () => {
    throw new HubError('auth/wrong', 'wrong password');
  },
};

const neverDecides: Access = { ...openToAll, authenticate: () => new Promise(() => undefined) };

/** An access whose exchanges answer with the given data, and admit the client with the first. */
async function exchanging(...answers: Uint8Array[]): Promise<Access> {
  const principal = await openToAll.authenticate({}, { address: '' });
  const exchange = {
    step: async () => {
      const data = answers.shift() ?? new Uint8Array();
      return { data, principal: data.length === 0 ? principal : undefined };
    },
  };
  return { ...openToAll, beginExchange: () => exchange };
}

describe('a client without room for a CONNACK is let go, and nothing else happens, if', () => {
  test('its authentication method is unknown', async () => {
    const client = new MqttHub().open();
    const properties = { ...NO_ROOM, ...METHOD };
    expect(await client.exchange(connect({ properties }))).toEqual([]);
    expect(client.transport.isEnded).toBe(true);
  });

  test('its password is wrong', async () => {
    const client = new MqttHub({ access: deniesAll }).open();
    expect(await client.exchange(connect({ properties: NO_ROOM }))).toEqual([]);
    expect(client.transport.isEnded).toBe(true);
  });

  test('it comes too soon after others', async () => {
    const hub = new MqttHub({ access: neverDecides, limits: { connectsPerSecond: 1 } });
    for (let index = 0; index < 5; index++) hub.open().send(connect());
    const client = hub.open();
    expect(await client.exchange(connect({ properties: NO_ROOM }))).toEqual([]);
    expect(client.transport.isEnded).toBe(true);
  });

  test('it is not accepted for too long, and so are the others', async () => {
    const hub = new MqttHub({ access: neverDecides, limits: { connectSeconds: 10 } });
    const clients = [hub.open(), hub.open()];
    for (const client of clients) client.send(connect({ properties: NO_ROOM }));
    await hub.advance(10_500);
    expect(clients.map(({ transport }) => transport.isEnded)).toEqual([true, true]);
  });

  test('the hub closes', async () => {
    const hub = new MqttHub({ access: neverDecides });
    const clients = [hub.open(), hub.open()];
    for (const client of clients) client.send(connect({ properties: NO_ROOM }));
    hub.gateway.close(new HubError('hub/closing', 'the hub is closing'));
    expect(clients.map(({ transport }) => transport.isEnded)).toEqual([true, true]);
  });
});

describe('a client that is not accepted for too long gets the reason', () => {
  const limits = { connectSeconds: 10 };

  test('that the hub has not checked its credentials', async () => {
    const hub = new MqttHub({ access: neverDecides, limits });
    const client = hub.open();
    client.send(connect());
    await hub.advance(10_500);
    const reasonString = expect.stringContaining('credentials could not be checked');
    expect(await client.take()).toMatchObject([
      { type: 'connack', reasonCode: ReasonCode.ServerBusy, properties: { reasonString } },
    ]);
  });

  test('that its next AUTH has not come', async () => {
    const hub = new MqttHub({ access: await exchanging(Buffer.of(1)), limits });
    const client = hub.open();
    expect(await client.exchange(connect({ properties: METHOD }))).toMatchObject([{ type: 'auth' }]);
    await hub.advance(10_500);
    const reasonString = expect.stringContaining('the next AUTH');
    expect(await client.take()).toMatchObject([
      { type: 'connack', reasonCode: ReasonCode.UnspecifiedError, properties: { reasonString } },
    ]);
  });
});

describe('of connections that end at once, each turn ends as many as it has time for', () => {
  test('if the network broke them', async () => {
    const hub = new MqttHub();
    const clients = await Promise.all(['a', 'b', 'c'].map((id) => hub.connect({ clientIdentifier: id })));
    hub.lookMs = 5; // A turn has 4 ms for clients that leave.
    for (const { transport } of clients) transport.cut();
    expect(hub.sessions.size).toBe(2);
    await expect.poll(() => hub.sessions.size).toBe(0);
    expect(hub.gateway.connectionCount).toBe(0);
  });

  test('if their CONNECTs are late', async () => {
    const hub = new MqttHub({ limits: { connectSeconds: 10 } });
    const clients = Array.from({ length: 20 }, () => hub.open());
    const endedCount = () => clients.filter(({ transport }) => transport.isEnded).length;
    hub.lookMs = 5;
    await hub.advance(10_500);
    expect(endedCount()).toBeLessThan(20);
    await expect.poll(endedCount).toBe(20);
  });
});

describe('a client is not left waiting for an AUTH that is too large for it', () => {
  const properties = { ...METHOD, maximumPacketSize: 100 };

  test('while it connects', async () => {
    const client = new MqttHub({ access: await exchanging(Buffer.alloc(200)) }).open();
    const packets = await client.exchange(connect({ properties }));
    expect(packets).toMatchObject([{ type: 'connack', reasonCode: ReasonCode.PacketTooLarge }]);
    expect(client.transport.isEnded).toBe(true);
  });

  test('while it authenticates again', async () => {
    const hub = new MqttHub({ access: await exchanging(new Uint8Array(), Buffer.alloc(200)) });
    const client = await hub.connect({ properties });
    const packets = await client.exchange({
      type: 'auth',
      reasonCode: ReasonCode.ReAuthenticate,
      properties: METHOD,
    });
    expect(packets).toMatchObject([{ type: 'disconnect', reasonCode: ReasonCode.PacketTooLarge }]);
    expect(client.transport.isEnded).toBe(true);
  });
});
