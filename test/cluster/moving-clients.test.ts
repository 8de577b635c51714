import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import mqtt, {
  type IClientOptions,
  type IConnackPacket,
  type IDisconnectPacket,
  type MqttClient,
} from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { restoreSessions } from '../../hub/broker/core.ts';
import { createBroker } from '../../hub/broker/create-broker.ts';
import { joinCluster } from '../../hub/cluster/cluster.ts';
import { storePeersOf } from '../../hub/session/store-peers.ts';
import { SimulatedCluster } from './simulated-cluster.ts';

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A broker of a cluster, with its address. */
async function serve(cluster: SimulatedCluster, hub: string) {
  const engine = cluster.join(hub);
  const log = pino({ level: 'silent' });
  const { store } = await joinCluster({ engine, hub, instance: hub, log });
  const broker = createBroker({ store });
  closers.push(() => broker.close());
  const { core } = broker;
  await storePeersOf(store)?.start({ ...core, restore: (stored) => restoreSessions(core, stored) });
  const server = createServer((socket) => broker.handle(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return { broker, engine, url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

interface Connected {
  readonly client: MqttClient;
  readonly isPresent: boolean;
  readonly received: string[];
}

/** Receives everything from the first moment on. */
async function connect(url: string, options: IClientOptions): Promise<Connected> {
  const properties = { sessionExpiryInterval: 600 };
  const client = mqtt.connect(url, {
    protocolVersion: 5,
    reconnectPeriod: 0,
    clean: false,
    properties,
    ...options,
  });
  const received: string[] = [];
  client.on('message', (_topic, payload) => received.push(`${payload}`));
  client.on('error', () => undefined); // `close` reports a refused client.
  closers.push(() => client.endAsync(true));
  const connack = await new Promise<IConnackPacket>((resolve) => client.once('connect', resolve));
  return { client, isPresent: connack.sessionPresent, received };
}

const createCluster = () => new SimulatedCluster({ time: asyncScheduler, random: Math.random });

describe('an MQTT client of a cluster', () => {
  it('moves to another hub with its session, and is told at the first one', async () => {
    const cluster = createCluster();
    const [a, b] = [await serve(cluster, 'a'), await serve(cluster, 'b')];
    const before = await connect(a.url, { clientId: 'x' });
    await before.client.subscribeAsync('t', { qos: 1 });
    const disconnected = new Promise<IDisconnectPacket>((resolve) =>
      before.client.once('disconnect', resolve),
    );
    const after = await connect(b.url, { clientId: 'x' });
    expect((await disconnected).reasonCode).toBe(0x8e);
    expect(after.isPresent).toBe(true);
    const publisher = await connect(a.url, { clientId: 'publisher' });
    for (const text of ['1', '2', '3']) await publisher.client.publishAsync('t', text, { qos: 1 });
    await expect.poll(() => after.received).toEqual(['1', '2', '3']);
  });

  it('gets at another hub what came while it was away', async () => {
    const cluster = createCluster();
    const [a, b] = [await serve(cluster, 'a'), await serve(cluster, 'b')];
    const before = await connect(a.url, { clientId: 'x' });
    await before.client.subscribeAsync('t', { qos: 2 });
    await before.client.endAsync();
    const publisher = await connect(b.url, { clientId: 'publisher' });
    for (const text of ['1', '2', '3']) await publisher.client.publishAsync('t', text, { qos: 2 });
    const after = await connect(b.url, { clientId: 'x' });
    await expect.poll(() => after.received).toEqual(['1', '2', '3']);
  });

  it('does not wait for other hubs if the hub assigns its identifier', async () => {
    const cluster = createCluster();
    const [a, b] = [await serve(cluster, 'a'), await serve(cluster, 'b')];
    b.engine.isFrozen = true;
    const { isPresent } = await connect(a.url, { clientId: '', clean: true, properties: {} });
    b.engine.isFrozen = false;
    expect(isPresent).toBe(false);
  });
});
