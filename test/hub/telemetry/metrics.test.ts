import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHubClient, type HubClient } from '../../../hub/client/index.ts';
import { Message } from '../../../hub/core/message.ts';
import { History } from '../../../hub/history/history.ts';
import { MemorySlots } from '../../../hub/history/slot.ts';
import type { HubLimits } from '../../../hub/limits/hub-limits.ts';
import { type HubServer, openHubServer } from '../../../hub/server.ts';

let folder: string;
let server: HubServer;
let mqttPort: number;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pinhub-metrics-'));
  server = await open();
  mqttPort = await server.listen('mqtt', 0);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await server.close();
  await rm(folder, { recursive: true });
});

function open(history?: History, more: Partial<HubLimits> = {}): Promise<HubServer> {
  const limits = { queuedMessages: 2, inFlight: 1, ...more };
  return openHubServer({ port: 0, pagesFolder: folder, log: pino({ level: 'silent' }), limits, history });
}

/** All samples by name and labels, as Prometheus would read them. */
async function scrape(hub = server): Promise<Record<string, number>> {
  const response = await fetch(`http://127.0.0.1:${hub.port}/metrics`);
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
  );
}

/** Waits until these samples have the expected values: what clients see and what the hub counts change close together, in either order. */
async function until(expected: Record<string, number>): Promise<void> {
  await vi.waitFor(async () => expect(await scrape()).toMatchObject(expected), { timeout: 20_000 });
}

async function mqtt(url: string, options: object = {}): Promise<MqttClient> {
  const client = await connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...options });
  closers.push(() => client.endAsync(true));
  return client;
}

async function openPage(): Promise<HubClient> {
  const page = createHubClient(`http://127.0.0.1:${server.port}`);
  closers.push(() => page.close());
  await firstValueFrom(page.connection$.pipe(filter(({ status }) => status === 'online')));
  return page;
}

const overTcp = (options?: object) => mqtt(`mqtt://127.0.0.1:${mqttPort}`, options);

describe('what the hub says of itself', () => {
  it('counts clients by their way in', async () => {
    const clients = (way: string) => `pinhub_clients{way="${way}"}`;
    const none = { 'socket.io': 0, 'mqtt-tcp': 0, 'mqtt-websocket': 0, 'in-process': 0 };
    const ways = (counts: Partial<typeof none>) =>
      Object.fromEntries(Object.entries({ ...none, ...counts }).map(([way, count]) => [clients(way), count]));
    expect(await scrape()).toMatchObject(ways({}));
    const page = await openPage();
    const [one] = [await overTcp(), await overTcp()];
    await mqtt(`ws://127.0.0.1:${server.port}/mqtt`);
    const local = server.connect();
    await until(ways({ 'socket.io': 1, 'mqtt-tcp': 2, 'mqtt-websocket': 1, 'in-process': 1 }));
    expect(await scrape()).toMatchObject({ 'pinhub_sessions{state="connected"}': 4 });
    await one?.endAsync();
    local.close();
    await page.close();
    await until(ways({ 'mqtt-tcp': 1, 'mqtt-websocket': 1 }));
  });

  it('counts messages in and out by their way, and the bytes at each port', async () => {
    const page = await openPage();
    page.messages('a/#').subscribe();
    await page.ping();
    const client = await overTcp();
    await client.subscribeAsync('a/#');
    const local = server.connect();
    const before = await scrape();
    await page.publish('a/1', 'x', { retain: true });
    await client.publishAsync('a/2', 'x'.repeat(10_000), { qos: 1 });
    await local.publish('a/3', 'x', {});
    await local.publish('b', 'x', {});
    await fetch(`http://127.0.0.1:${server.port}/api/topics/a/4`, { method: 'PUT', body: 'x' });
    local.close();
    await until({
      'pinhub_messages_received_total{way="socket.io"}': 1,
      'pinhub_messages_received_total{way="mqtt"}': 1,
      'pinhub_messages_received_total{way="in-process"}': 2,
      'pinhub_messages_received_total{way="http"}': 1,
      'pinhub_messages_sent_total{way="socket.io"}': 4,
      'pinhub_messages_sent_total{way="mqtt"}': 4,
      pinhub_subscriptions: 2,
    });
    const after = await scrape();
    expect(after.pinhub_retained_messages).toBe((before.pinhub_retained_messages ?? 0) + 2);
    expect(after.pinhub_retained_bytes).toBeGreaterThan(before.pinhub_retained_bytes ?? 0);
    const grown = (name: string) => (after[name] ?? 0) - (before[name] ?? 0);
    for (const way of ['received', 'sent']) {
      expect(grown(`pinhub_${way}_bytes_total{port="mqtt"}`), way).toBeGreaterThan(10_000);
      expect(grown(`pinhub_${way}_bytes_total{port="mqtt"}`), way).toBeLessThan(12_000);
    }
    expect(grown('pinhub_sent_bytes_total{port="pages"}')).toBeGreaterThan(10_000);
  });

  it('counts the bytes of connections that are gone, once', async () => {
    const client = await overTcp();
    await client.publishAsync('a', 'x'.repeat(5_000), { qos: 1 });
    const received = 'pinhub_received_bytes_total{port="mqtt"}';
    const { [received]: before } = await scrape();
    await client.endAsync();
    await until({ 'pinhub_clients{way="mqtt-tcp"}': 0 });
    const { [received]: after = 0 } = await scrape();
    expect(after).toBeGreaterThanOrEqual(before ?? 0);
    expect(after).toBeLessThan((before ?? 0) + 100);
  });

  it('says what waits, what was dropped and why, and what was refused', async () => {
    const kept = { clientId: 'away', clean: false, properties: { sessionExpiryInterval: 60 } };
    const away = await overTcp(kept);
    await away.subscribeAsync('q', { qos: 1 });
    await away.endAsync(true);
    const client = await overTcp();
    await until({ 'pinhub_sessions{state="away"}': 1 });
    for (let count = 0; count < 5; count++) await client.publishAsync('q', 'x', { qos: 1 });
    await fetch(`http://127.0.0.1:${server.port}/api/topics/a+b`, { method: 'PUT', body: 'x' });
    const after = await scrape();
    expect(after).toMatchObject({
      pinhub_queued_messages: 2,
      'pinhub_messages_dropped_total{reason="queue-full"}': 3,
      'pinhub_messages_dropped_total{reason="slow"}': 0,
      'pinhub_refusals_total{way="http"}': 1,
      pinhub_logins_refused_total: 0,
    });
    expect(after.pinhub_queued_bytes).toBeGreaterThan(0);
  });

  it('reports the durations of device work, as the devices measure them', async () => {
    server.deviceMeter.waited(12);
    server.deviceMeter.wrote(3, 'done');
    server.deviceMeter.wrote(3, 'done');
    server.deviceMeter.wrote(700, 'failed');
    expect(await scrape()).toMatchObject({
      pinhub_pipeline_wait_seconds_count: 1,
      pinhub_pipeline_wait_seconds_sum: 0.012,
      'pinhub_pipeline_wait_seconds_bucket{le="0.01"}': 0,
      'pinhub_pipeline_wait_seconds_bucket{le="0.02"}': 1,
      'pinhub_pin_write_seconds_count{outcome="done"}': 2,
      'pinhub_pin_write_seconds_bucket{le="0.005",outcome="done"}': 2,
      'pinhub_pin_write_seconds_count{outcome="failed"}': 1,
      'pinhub_pin_write_seconds_sum{outcome="failed"}': 0.7,
    });
  });

  it('counts the topics with history, and the values that had no room', async () => {
    const found = { pinhub_history_topics: 0, pinhub_history_refused_total: 0 };
    expect(await scrape()).toMatchObject(found);
    const history = new History({ createSlots: () => new MemorySlots(), topics: 2 });
    const other = await open(history);
    closers.push(() => other.close());
    for (let led = 0; led < 5; led++) other.hub.publish(new Message(`led/${led}/duty/actual`, '1'));
    // The hub's own uptime is one of the two.
    expect(await scrape(other)).toMatchObject({ pinhub_history_topics: 2, pinhub_history_refused_total: 4 });
  });

  it('reports the load and memory of the process', async () => {
    const { process_cpu_seconds_total: cpu, process_resident_memory_bytes: memory, ...rest } = await scrape();
    expect(cpu).toBeGreaterThan(0);
    expect(memory).toBeGreaterThan(10e6);
    expect(rest.process_start_time_seconds).toBeLessThanOrEqual(Date.now() / 1000);
    expect(rest['pinhub_event_loop_delay_seconds{quantile="1"}']).toBeGreaterThanOrEqual(0);
  });

  it('says whether it is ready', async () => {
    const status = async () => (await fetch(`http://127.0.0.1:${server.port}/readyz`)).status;
    expect([await status(), (await scrape()).pinhub_ready]).toEqual([503, 0]);
    server.announceReady();
    expect([await status(), (await scrape()).pinhub_ready]).toEqual([200, 1]);
  });

  it('needs no room that clients could take, as $SYS topics and as topics of the hub’s own devices', async () => {
    const full = await open(undefined, { retainedMessages: 1, retainedBytes: 1 });
    closers.push(() => full.close());
    const device = full.connect();
    await device.publish('led/21/status', 'online', { retain: true });
    expect(full.hub.retained.get('led/21/status')?.text).toBe('online');
    expect(full.hub.retained.get('$SYS/broker/version')?.text).toMatch(/^Pinhub /);
    expect(() => full.hub.publish(new Message('a', 'x', { retain: true }))).toThrow('no room to retain "a"');
  });

  it('is not mixed up with what another hub in the process says', async () => {
    const other = await open();
    closers.push(() => other.close());
    server.deviceMeter.waited(1);
    other.connect();
    expect(await scrape()).toMatchObject({
      pinhub_pipeline_wait_seconds_count: 1,
      'pinhub_clients{way="in-process"}': 0,
    });
    expect(await scrape(other)).toMatchObject({
      pinhub_pipeline_wait_seconds_count: 0,
      'pinhub_clients{way="in-process"}': 1,
    });
  });
});
