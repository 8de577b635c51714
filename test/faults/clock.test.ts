import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWith } from '../programs.ts';
import { HubProcess } from './hub-process.ts';

const DAY_MS = 24 * 3600 * 1000;
const LIFE = { properties: { messageExpiryInterval: 600 } } as const;

/** The library with which `faketime` shows other programs a wrong time of day. */
function library(): string {
  const files = execFileSync('dpkg', ['--listfiles', 'libfaketime'], { encoding: 'utf8' }).split('\n');
  return files.find((file) => file.endsWith('/libfaketimeMT.so.1')) ?? expect.unreachable();
}

describeWith('faketime', 'a hub whose time of day is set', () => {
  let root: string;
  let hub: HubProcess;
  const clients: MqttClient[] = [];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'pinhub-clock-'));
    setClock(0);
    const surroundings = [
      `LD_PRELOAD=${library()}`,
      `FAKETIME_TIMESTAMP_FILE=${join(root, 'clock')}`,
      'FAKETIME_NO_CACHE=1',
      'FAKETIME_DONT_FAKE_MONOTONIC=1',
    ];
    hub = await HubProcess.createUnder(['env', ...surroundings], '--data', join(root, 'data'));
    await hub.start();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.endAsync(true);
    await hub.kill();
    rmSync(root, { recursive: true, force: true });
  });

  /** Sets the hub's time of day, in days from ours. */
  function setClock(days: number): void {
    writeFileSync(join(root, 'clock'), `${days < 0 ? '' : '+'}${days}d`);
  }

  /** Resolves once the hub's own date is this many days from ours. */
  async function untilClockIs(days: number): Promise<void> {
    const daysOf = (date: string | null) => Math.round((Date.parse(date ?? '') - Date.now()) / DAY_MS);
    const isSet = async () => daysOf((await fetch(`${hub.url}/healthz`)).headers.get('date')) === days;
    await vi.waitUntil(isSet, { timeout: 20_000 });
  }

  /** A client with a session of an hour; messages queued for it may arrive with its CONNACK. */
  async function open(clientId: string): Promise<{ client: MqttClient; heard: string[] }> {
    const client = connect(hub.mqttUrl, {
      clientId,
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: 3600 },
      keepalive: 5,
      reconnectPeriod: 0,
    });
    clients.push(client);
    const heard: string[] = [];
    client.on('message', (_topic, payload) => heard.push(String(payload)));
    client.on('error', () => undefined); // The hub is killed at the end.
    await new Promise<void>((resolve) => client.once('connect', () => resolve()));
    return { client, heard };
  }

  async function subscribeAndLeave(clientId: string): Promise<void> {
    const { client } = await open(clientId);
    await client.subscribeAsync('waiting', { qos: 1 });
    await client.endAsync();
  }

  it.each([40, -40])('by %i days loses nothing that has an end, and keeps its connections', async (days) => {
    await subscribeAndLeave('away');
    const { client } = await open('here');
    await client.publishAsync('waiting', 'for an hour', { qos: 1, ...LIFE });
    await client.publishAsync('kept', 'for ten minutes', { qos: 1, retain: true, ...LIFE });
    setClock(days);
    await untilClockIs(days);
    await client.publishAsync('led/21/duty', '60', { qos: 1, retain: true });
    await vi.waitUntil(async () => (await hub.retained('led/21/duty/actual')) === '60', { timeout: 20_000 });
    expect(await hub.retained('kept')).toBe('for ten minutes');
    expect(client.connected).toBe(true);
    const history = await (await fetch(`${hub.url}/api/history/led/21/duty/actual`)).json();
    expect(history.at(-1)?.at(-1)).toBe(60);
    const { heard } = await open('away');
    await vi.waitUntil(() => heard.length > 0, { timeout: 20_000 });
    expect(heard).toEqual(['for an hour']);
  });

  it.each([40, -40])('by %i days finds all that when it was killed, and is back', async (days) => {
    await subscribeAndLeave('away');
    const { client } = await open('here');
    await client.publishAsync('kept', 'for ten minutes', { qos: 1, retain: true, ...LIFE });
    setClock(days);
    await untilClockIs(days);
    await client.publishAsync('waiting', 'since then', { qos: 1, ...LIFE });
    await hub.kill();
    await hub.start();
    expect(await hub.retained('kept')).toBe('for ten minutes');
    const { heard } = await open('away');
    await vi.waitUntil(() => heard.length > 0, { timeout: 20_000 });
    expect(heard).toEqual(['since then']);
  });
});
