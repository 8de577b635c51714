import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Accounts } from '../../../hub/access/accounts/accounts.ts';
import { type GuardedAccess, openGuardedAccess } from '../../../hub/access/guarded-access.ts';
import { createMemoryVault } from '../../hub/access/memory-vault.ts';
import { describeWith } from '../../programs.ts';
import { openRealHub, type RealHub } from './hub.ts';

/** A bridge's reports about itself, under the name from the configuration and the machine's own. */
const STATE = /^\$SYS\/broker\/connection\/[^/]+\.hub\/state$/;

describeWith('mosquitto', 'A bridge of mosquitto with default settings', () => {
  let folder: string;
  let access: GuardedAccess;
  let hub: RealHub;
  let broker: ChildProcess;
  let near: MqttClient;
  let token: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-bridge-'));
    const vault = createMemoryVault();
    const accounts = new Accounts(vault);
    token = await accounts.makeToken({ name: 'cottage', role: 'integration' });
    access = await openGuardedAccess({ vault, scheduler: asyncScheduler, log: pino({ level: 'silent' }) });
    hub = await openRealHub({ access });
  });
  afterEach(async () => {
    await near?.endAsync(true);
    if (broker.exitCode === null && broker.signalCode === null) {
      const ended = once(broker, 'exit');
      broker.kill('SIGKILL');
      await ended;
    }
    await hub.close();
    access.close();
    rmSync(folder, { recursive: true });
  });

  /** Starts mosquitto with a bridge to the hub; resolves when the bridge reports that it is connected. */
  async function bridge(...topics: readonly string[]): Promise<void> {
    const port = await freePort();
    const lines = [
      `listener ${port} 127.0.0.1`,
      'allow_anonymous true',
      'connection hub',
      `address 127.0.0.1:${hub.tcpPort}`,
      'remote_username token',
      `remote_password ${token}`,
      ...topics.map((topic) => `topic ${topic}`),
    ];
    writeFileSync(join(folder, 'conf'), lines.join('\n'));
    broker = spawn('mosquitto', ['-c', join(folder, 'conf')], { stdio: 'ignore' });
    await vi.waitUntil(() => stateOf(hub) === '1', { timeout: 30_000 });
    near = await connectAsync(`mqtt://127.0.0.1:${port}`);
  }

  it('says that it is connected, and that it is not any more', async () => {
    await bridge('# both 1');
    broker.kill('SIGKILL');
    await vi.waitUntil(() => stateOf(hub) === '0', { timeout: 20_000 });
  });

  it('carries messages both ways, once each, and keeps retained messages retained', async () => {
    await bridge('# both 1');
    const seenNear: string[] = [];
    near.on(
      'message',
      (topic, payload, { retain }) => void seenNear.push(`${topic} ${payload}${retain ? ' R' : ''}`),
    );
    await near.subscribeAsync('cottage/#', { qos: 1 });
    await near.publishAsync('cottage/lamp', 'on', { qos: 1, retain: true });
    await vi.waitUntil(() => hub.server.hub.retained.get('cottage/lamp')?.text === 'on', { timeout: 20_000 });
    const far = await connectAsync(hub.urls.tcp, { username: 'token', password: token });
    await far.publishAsync('cottage/fan', 'off', { qos: 1, retain: true });
    await far.publishAsync('cottage/end', '', { qos: 1 });
    await vi.waitUntil(() => seenNear.includes('cottage/end '), { timeout: 20_000 });
    await far.endAsync();
    // Messages that came back from the hub would be among these, before the end.
    expect(seenNear).toEqual(['cottage/lamp on', 'cottage/fan off', 'cottage/end ']);
    const late: string[] = [];
    near.on('message', (topic, payload, { retain }) => void (retain && late.push(`${topic} ${payload}`)));
    await near.unsubscribeAsync('cottage/#');
    await near.subscribeAsync('cottage/#', { qos: 1 });
    await vi.waitUntil(() => late.length === 2, { timeout: 20_000 });
    expect(late.sort()).toEqual(['cottage/fan off', 'cottage/lamp on']);
  });
});

function stateOf({ server }: RealHub): string | undefined {
  const { retained } = server.hub;
  return [...retained.match('$SYS/broker/connection/+/state')].find(({ topic }) => STATE.test(topic))?.text;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
