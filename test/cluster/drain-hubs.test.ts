import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, connectAsync, type IClientOptions, type IDisconnectPacket, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { HubProcess, MAIN } from '../faults/hub-process.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';

/** For processes on a busy machine. */
const PATIENCE = { timeout: 60_000 };

describeWithNats('hubs of a cluster that are drained, as the command line does it', (program) => {
  let servers: NatsServers;
  let a: HubProcess;
  let b: HubProcess;
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-drain-'));
  const clients: MqttClient[] = [];
  beforeAll(async () => {
    servers = await NatsServers.start(program, 1);
    [a, b] = [await create('a'), await create('b')];
    await Promise.all([a.start(), b.start()]);
    for (const hub of [a, b]) await untilTwo(hub);
  });
  afterAll(async () => {
    for (const client of clients) client.end(true);
    await Promise.all([a?.kill(), b?.kill()]);
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const create = (name: string) =>
    HubProcess.create(
      ...['--cluster', ...servers.urls, '--hub-name', name, '--data', join(folder, name)],
      ...['--no-devices', '--no-pigpiod', '--log-level', 'info'],
    );

  const untilTwo = (hub: HubProcess) =>
    vi.waitUntil(async () => {
      const known: { addresses: string[] }[] = JSON.parse((await hub.retained('$SYS/cluster/hubs')) ?? '[]');
      return known.filter(({ addresses }) => addresses.length > 0).length === 2;
    }, PATIENCE);

  const way = ({ mqttPort: port }: HubProcess, options: IClientOptions = {}): IClientOptions => ({
    ...{ host: '127.0.0.1', port, protocolVersion: 5, reconnectPeriod: 0, clean: false },
    ...{ properties: { sessionExpiryInterval: 3_600 } },
    ...options,
  });

  async function enter(hub: HubProcess, options: IClientOptions): Promise<MqttClient> {
    const client = await connectAsync(way(hub, options));
    client.on('error', () => undefined);
    clients.push(client);
    return client;
  }

  /** Sessions of offline clients, with a message of QoS 2 queued for each. */
  async function leaveSessions(hub: HubProcess, count: number): Promise<string[]> {
    const names = Array.from({ length: count }, (_, n) => `away-${n}`);
    for (const clientId of names) {
      const client = await enter(hub, { clientId });
      await client.subscribeAsync('t', { qos: 2 });
      await client.endAsync();
    }
    const publisher = await enter(hub, { clientId: 'publisher' });
    await publisher.publishAsync('t', 'waits', { qos: 2 });
    await publisher.endAsync();
    return names;
  }

  /** Resolves to the first message that a client gets after it reconnects. */
  async function returnTo(hub: HubProcess, clientId: string): Promise<string> {
    const client = connect(way(hub, { clientId }));
    clients.push(client);
    const message = new Promise<Buffer>((resolve) =>
      client.once('message', (_, content) => resolve(content)),
    );
    const payload = await message;
    await client.endAsync();
    return `${payload}`;
  }

  it('by the command, give away everything and end; clients are told where to connect', async () => {
    const names = await leaveSessions(a, 8);
    const will = { topic: 'w', payload: 'gone', qos: 1 as const };
    const moving = await enter(a, { clientId: 'moving', will });
    await moving.subscribeAsync('t', { qos: 1 });
    const told = new Promise<IDisconnectPacket>((resolve) => moving.once('disconnect', resolve));
    const old = await enter(a, { clientId: 'old', protocolVersion: 4 });
    const closed = new Promise<void>((resolve) => old.once('close', () => resolve()));
    const listener = await enter(b, { clientId: 'listener' });
    const heard: string[] = [];
    listener.on('message', (topic) => heard.push(topic));
    await listener.subscribeAsync('w', { qos: 1 });
    const draining = spawn(process.execPath, [MAIN, 'cluster', 'drain', 'a', '--cluster', ...servers.urls]);
    let printed = '';
    draining.stdout.on('data', (chunk) => {
      printed += chunk;
    });
    const done = once(draining, 'close');
    const { reasonCode, properties } = await told;
    expect(reasonCode).toBe(0x9c);
    expect(properties?.serverReference).toBe(`localhost:${b.mqttPort}`);
    await closed;
    const ready = await fetch(`${a.url}/readyz`, { headers: { connection: 'close' } });
    expect([ready.status, await ready.json()]).toEqual([503, { ok: false, reason: 'draining' }]);
    const again = await enter(b, { clientId: 'moving' });
    expect(await a.ended()).toBe(0);
    await done;
    expect(printed.split('\n').at(-2)).toBe('Hub a has ended. Everything that it had is on other hubs now.');
    expect(`${a.errors}`).not.toContain('sessions are left');
    expect(again.connected).toBe(true);
    for (const name of names) expect(await returnTo(b, name)).toBe('waits');
    expect(heard).toEqual([]);
  }, 120_000);

  it('by SIGTERM, may be killed halfway: nothing is lost, and nothing of QoS 2 arrives twice', async () => {
    await a.start();
    await untilTwo(b);
    const names = await leaveSessions(b, 24);
    const stopping = b.stop();
    await vi.waitUntil(async () => (await sessionsAt(a)) > 4, PATIENCE);
    await b.kill();
    await stopping;
    for (const name of names) expect(await returnTo(a, name)).toBe('waits');
    await b.start();
    const twice: string[] = [];
    for (const clientId of names) {
      const client = connect(way(b, { clientId }));
      clients.push(client);
      client.on('message', () => twice.push(clientId));
      await new Promise<void>((resolve) => client.once('connect', () => resolve()));
      await client.publishAsync('done', clientId, { qos: 1 }); // Queued messages would come before the answer.
      await client.endAsync();
    }
    expect(twice).toEqual([]);
  }, 120_000);

  async function sessionsAt(hub: HubProcess): Promise<number> {
    const text = await (await fetch(`${hub.url}/metrics`, { headers: { connection: 'close' } })).text();
    const counts = text.matchAll(/^pinhub_sessions\{.*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }
});
