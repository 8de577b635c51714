import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type IClientOptions } from 'mqtt';
import { expect, it, vi } from 'vitest';
import { createHubClient } from '../../hub/client/index.ts';
import { Program } from '../conformance/mqtt/hub.ts';
import { Pinhub } from '../hub/cli/run-pinhub.ts';
import { describeWith } from '../programs.ts';
import { HubProcess } from './hub-process.ts';

const PATIENCE = { timeout: 45_000, interval: 50 };
const TIMES = { timeout: 120_000 };

/** A hub whose data folder stays, and clients of it. */
class Stage {
  readonly hub: HubProcess;
  readonly #data: string;
  readonly #closers: (() => unknown)[] = [];

  private constructor(hub: HubProcess, data: string) {
    this.hub = hub;
    this.#data = data;
  }

  static async start(graceSeconds: number): Promise<Stage> {
    const data = mkdtempSync(join(tmpdir(), 'pinhub-wills-'));
    const hub = await HubProcess.create('--data', data, '--limit', `willGraceSeconds=${graceSeconds}`);
    await hub.start();
    return new Stage(hub, data);
  }

  async startDevices(names: readonly string[]): Promise<Device[]> {
    const all = await Promise.all(names.map((name) => devices[name]?.(this.hub) ?? expect.unreachable(name)));
    this.#closers.push(...all.map(({ end }) => end));
    await this.untilAll(all, 'online');
    return all;
  }

  async untilAll(all: readonly Device[], status: string): Promise<void> {
    const isSo = async () => {
      const found = await Promise.all(all.map(({ topic }) => this.hub.retained(topic)));
      return found.every((one) => one === status);
    };
    await vi.waitUntil(isSo, PATIENCE);
  }

  /** What is published on the topics of all devices from now on, as `topic payload`. */
  async listen(): Promise<readonly string[]> {
    const heard: string[] = [];
    const watcher = await connectAsync(this.hub.mqttUrl, { protocolVersion: 5 });
    this.#closers.push(() => watcher.endAsync(true));
    watcher.on('message', (topic, payload) => heard.push(`${topic} ${payload}`));
    await watcher.subscribeAsync('+/+/status');
    return heard;
  }

  async stop(): Promise<void> {
    for (const close of this.#closers) await close();
    await this.hub.kill();
    rmSync(this.#data, { recursive: true, force: true });
  }
}

/** A client that says it is online, and leaves a will that it is offline. */
interface Device {
  readonly topic: string;
  /** Ends it without a word to the hub. */
  end(): unknown;
}

async function overMqtt(hub: HubProcess, clientId: string, options: IClientOptions): Promise<Device> {
  const topic = `sensor/${clientId}/status`;
  const will = { topic, payload: Buffer.from('offline'), retain: true, qos: 1 as const };
  const client = await connectAsync(hub.mqttUrl, { clientId, will, reconnectPeriod: 100, ...options });
  client.on('error', () => undefined);
  client.on('connect', () => client.publish(topic, 'online', { retain: true }));
  client.publish(topic, 'online', { retain: true });
  return { topic, end: () => client.endAsync(true) };
}

const devices: Record<string, (hub: HubProcess) => Promise<Device>> = {
  'MQTT 3.1.1': (hub) => overMqtt(hub, 'old', { protocolVersion: 4, clean: true }),
  'MQTT 5, whose session is kept': (hub) =>
    overMqtt(hub, 'kept', { protocolVersion: 5, clean: false, properties: { sessionExpiryInterval: 3600 } }),
  "mosquitto's client": async ({ url, mqttPort }) => {
    const topic = 'sensor/mosquitto/status';
    const will = ['--will-topic', topic, '--will-payload', 'offline', '--will-retain'];
    const client = createHubClient(url);
    await client.publish(topic, 'online', { retain: true });
    await client.close();
    const program = new Program('mosquitto_sub', ['-p', `${mqttPort}`, '-i', 'm', '-t', topic, ...will]);
    await program.line(); // It is connected.
    return { topic, end: () => program.kill() };
  },
  'Socket.IO': async ({ url }) => {
    const topic = 'page/1/status';
    const client = createHubClient(url, { will: { topic, payload: 'offline', retain: true } });
    await client.publish(topic, 'online', { retain: true });
    return { topic, end: () => client.close() };
  },
  '`pinhub device`': async ({ url }) => {
    const words = ['--hub', url, '--driver', 'virtual', '--device', 'led/5', '--log-level', 'error'];
    const program = new Pinhub(['device', ...words]);
    const end = () => {
      program.child.kill('SIGKILL');
      return program.ended();
    };
    return { topic: 'led/5/status', end };
  },
};

const ALL = Object.keys(devices);
/** Those that take no process of their own. */
const QUICK = ['MQTT 3.1.1', 'MQTT 5, whose session is kept', 'Socket.IO'];
/** Those that come back by themselves. */
const RETURNING = [...QUICK, '`pinhub device`'];

// Side by side: most of the time they wait.
describeWith('mosquitto_pub', 'a hub that ends, and is started again', () => {
  it.concurrent.for([
    ['stop', ALL],
    ['kill', QUICK],
  ] as const)(
    'says of all devices that do not come back that they are offline (%s)',
    TIMES,
    async ([how, names], { onTestFinished }) => {
      const stage = await Stage.start(1);
      onTestFinished(() => stage.stop());
      const all = await stage.startDevices(names);
      await stage.hub[how]();
      for (const { end } of all) await end();
      await stage.hub.start();
      await stage.untilAll(all, 'offline');
    },
  );

  it.concurrent.for([
    ['stop', RETURNING],
    ['kill', QUICK],
  ] as const)(
    'says nothing of those that come back in time (%s)',
    TIMES,
    async ([how, names], { onTestFinished }) => {
      const stage = await Stage.start(8); // Enough to be found, on a busy machine, by clients that try several times a second.
      onTestFinished(() => stage.stop());
      const missing = await overMqtt(stage.hub, 'missing', { protocolVersion: 5 });
      const all = await stage.startDevices(names);
      await stage.hub[how]();
      await missing.end();
      await stage.hub.start();
      const heard = await stage.listen();
      await vi.waitUntil(() => heard.includes(`${missing.topic} offline`), PATIENCE);
      expect(all.filter(({ topic }) => heard.includes(`${topic} offline`))).toEqual([]);
      await stage.untilAll(all, 'online');
    },
  );
});
