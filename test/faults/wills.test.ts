import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions } from 'mqtt';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createHubClient } from '../../hub/client/index.ts';
import { Program } from '../conformance/mqtt/hub.ts';
import { Pinhub } from '../hub/cli/run-pinhub.ts';
import { describeWith } from '../programs.ts';
import { HubProcess } from './hub-process.ts';

const PATIENCE = { timeout: 45_000, interval: 50 };
const TIMES = { timeout: 120_000 };

let data: string;
let hub: HubProcess;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'pinhub-wills-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await hub.kill();
  rmSync(data, { recursive: true, force: true });
});

async function startHub(graceSeconds: number): Promise<void> {
  hub = await HubProcess.create('--data', data, '--limit', `willGraceSeconds=${graceSeconds}`);
  await hub.start();
}

/** A client that publishes that it is online, with a will that it is offline. */
interface Device {
  readonly topic: string;
  /** Ends the client without a goodbye to the hub. */
  end(): unknown;
}

async function overMqtt(clientId: string, options: IClientOptions): Promise<Device> {
  const topic = `sensor/${clientId}/status`;
  const will = { topic, payload: Buffer.from('offline'), retain: true, qos: 1 as const };
  const client = await connectAsync(hub.mqttUrl, { clientId, will, reconnectPeriod: 100, ...options });
  client.on('error', () => undefined);
  client.on('connect', () => client.publish(topic, 'online', { retain: true }));
  client.publish(topic, 'online', { retain: true });
  return { topic, end: () => client.endAsync(true) };
}

const devices: Record<string, () => Promise<Device>> = {
  'MQTT 3.1.1': () => overMqtt('old', { protocolVersion: 4, clean: true }),
  'MQTT 5, whose session is kept': () =>
    overMqtt('kept', { protocolVersion: 5, clean: false, properties: { sessionExpiryInterval: 3600 } }),
  "mosquitto's client": async () => {
    const topic = 'sensor/mosquitto/status';
    const will = ['--will-topic', topic, '--will-payload', 'offline', '--will-retain'];
    const client = createHubClient(hub.url);
    await client.publish(topic, 'online', { retain: true });
    await client.close();
    const program = new Program('mosquitto_sub', ['-p', `${hub.mqttPort}`, '-i', 'm', '-t', topic, ...will]);
    await program.line(); // The first line says that the client is connected.
    return { topic, end: () => program.kill() };
  },
  'Socket.IO': async () => {
    const topic = 'page/1/status';
    const client = createHubClient(hub.url, { will: { topic, payload: 'offline', retain: true } });
    await client.publish(topic, 'online', { retain: true });
    return { topic, end: () => client.close() };
  },
  '`pinhub device`': async () => {
    const words = ['--hub', hub.url, '--driver', 'virtual', '--device', 'led/5', '--log-level', 'error'];
    const program = new Pinhub(['device', ...words]);
    const end = () => {
      program.child.kill('SIGKILL');
      return program.ended();
    };
    return { topic: 'led/5/status', end };
  },
};

async function startAll(names: readonly string[]): Promise<Device[]> {
  const all = await Promise.all(names.map((name) => devices[name]?.() ?? expect.unreachable(name)));
  closers.push(...all.map(({ end }) => end));
  await untilAll(all, 'online');
  return all;
}

async function untilAll(all: readonly Device[], status: string): Promise<void> {
  const isSo = async () => {
    const found = await Promise.all(all.map(({ topic }) => hub.retained(topic)));
    return found.every((one) => one === status);
  };
  await vi.waitUntil(isSo, PATIENCE);
}

const ALL = Object.keys(devices);
/** Clients without a process of their own. */
const QUICK = ['MQTT 3.1.1', 'MQTT 5, whose session is kept', 'Socket.IO'];
/** Clients that reconnect by themselves. */
const RETURNING = [...QUICK, '`pinhub device`'];

describeWith('mosquitto_pub', 'a hub that ends, and is started again', () => {
  it.each([
    ['stop', ALL],
    ['kill', QUICK],
  ] as const)(
    'says of all devices that do not come back that they are offline (%s)',
    TIMES,
    async (how, names) => {
      await startHub(1);
      const all = await startAll(names);
      await hub[how]();
      for (const { end } of all) await end();
      await hub.start();
      await untilAll(all, 'offline');
    },
  );

  it.each([
    ['stop', RETURNING],
    ['kill', QUICK],
  ] as const)('says nothing of clients that come back in time (%s)', TIMES, async (how, names) => {
    await startHub(8); // Long enough that clients which try several times a second find it, even on a busy machine.
    const missing = await overMqtt('missing', { protocolVersion: 5 });
    const all = await startAll(names);
    await hub[how]();
    await missing.end();
    await hub.start();
    const heard: string[] = [];
    const watcher = await connectAsync(hub.mqttUrl, { protocolVersion: 5 });
    closers.push(() => watcher.endAsync(true));
    watcher.on('message', (topic, payload) => heard.push(`${topic} ${payload}`));
    await watcher.subscribeAsync('+/+/status');
    await vi.waitUntil(() => heard.includes(`${missing.topic} offline`), PATIENCE);
    expect(all.filter(({ topic }) => heard.includes(`${topic} offline`))).toEqual([]);
    await untilAll(all, 'online');
  });
});
