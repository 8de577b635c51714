import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectAsync, type MqttClient } from 'mqtt';
import { io } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { HubProcess, MAIN } from './hub-process.ts';

let data: string;
let hub: HubProcess;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'pinhub-stop-'));
  hub = await HubProcess.create('--data', data);
  await hub.start();
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  if (hub.isRunning) await hub.kill();
  await rm(data, { recursive: true, force: true });
});

const WILL = { topic: 'will', payload: 'gone', qos: 1, retain: true } as const;

async function mqtt(options: object = {}): Promise<MqttClient> {
  const client = await connectAsync(hub.mqttUrl, { protocolVersion: 5, reconnectPeriod: 0, ...options });
  client.on('error', () => undefined); // The hub may be gone before the client has closed its side.
  closers.push(() => client.end(true));
  return client;
}

/** The last messages that a connected Socket.IO client gets. */
async function page(will: object): Promise<{ goodbye: Promise<unknown> }> {
  const socket = io(hub.url, { transports: ['websocket'], reconnection: false, auth: { will } });
  closers.push(() => socket.close());
  await new Promise<void>((resolve) => socket.on('connect', resolve));
  return { goodbye: new Promise((resolve) => socket.on('goodbye', resolve)) };
}

describe('a hub that is told to stop', () => {
  it('says goodbye to all, publishes no wills, keeps everything, and exits with 0', async () => {
    const client = await mqtt({ will: WILL });
    const packet = new Promise((resolve) => client.on('disconnect', resolve));
    const { goodbye } = await page({ ...WILL, topic: 'will/page' });
    await client.publishAsync('led/21/duty', '30', { qos: 1, retain: true });
    const code = hub.stop();
    expect(await packet).toMatchObject({ cmd: 'disconnect', reasonCode: 0x8b });
    expect(await goodbye).toMatchObject({ code: 'hub/closing' });
    expect(await code).toBe(0);
    expect(hub.errors).toBe('');
    expect(hub.output).toMatch(/Stopped\.\n$/);
    await hub.start();
    expect(await hub.retained('will')).toBeUndefined();
    expect(await hub.retained('will/page')).toBeUndefined();
    await vi.waitUntil(async () => (await hub.retained('led/21/duty/actual')) === '30', { timeout: 20_000 });
  });

  it('takes nobody in any more', async () => {
    const client = await mqtt();
    const told = new Promise((resolve) => client.on('disconnect', resolve));
    // A client that does not leave delays the stop for a while.
    await deaf.tcp();
    const code = hub.stop();
    await told;
    await expect(mqtt()).rejects.toThrow('ECONNREFUSED');
    await expect(fetch(`${hub.url}/healthz`)).rejects.toThrow();
    expect(await code).toBe(0);
  });

  it('has its devices say that they are offline, to clients that are still there', async () => {
    const client = await mqtt();
    const heard: string[] = [];
    client.on('message', (_topic, payload) => heard.push(String(payload)));
    await client.subscribeAsync('led/21/status');
    await vi.waitUntil(() => heard.includes('online'), { timeout: 20_000 });
    const ended = new Promise<void>((resolve) => client.on('close', resolve));
    expect(await hub.stop()).toBe(0);
    await ended;
    expect(heard.at(-1)).toBe('offline');
  });
});

/** Clients that stop reading, do not answer, and do not leave. */
const deaf = {
  async tcp(address = '127.0.0.1') {
    const socket = connectTcp(hub.mqttPort, address);
    await keep(socket);
    // CONNECT as "deaf", clean; SUBSCRIBE to "flood" at QoS 0.
    socket.write(
      Buffer.from(
        '101000044d5154540402000000046465616682 0a0001 0005666c6f6f6400'.replaceAll(' ', ''),
        'hex',
      ),
    );
    socket.once('data', () => socket.pause());
    await once(socket, 'data');
  },
  async mqttOverWebSocket() {
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/mqtt`, 'mqtt');
    closers.push(() => socket.terminate());
    await once(socket, 'open');
    socket.send(Buffer.from('101000044d51545404020000000464656166', 'hex'));
    await once(socket, 'message');
    socket.pause();
  },
  async socketIo() {
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    closers.push(() => socket.terminate());
    const heard: string[] = [];
    socket.on('message', (frame) => heard.push(String(frame)));
    socket.on('open', () => socket.send('40'));
    await vi.waitUntil(() => heard.some((text) => text.startsWith('40')), { timeout: 20_000 });
    socket.send('420["subscribe","flood"]');
    await vi.waitUntil(() => heard.some((text) => text.startsWith('430')), { timeout: 20_000 });
    socket.pause();
  },
  async stranger() {
    await keep(connectTcp(hub.mqttPort, '127.0.0.1'));
  },
  async halfARequest() {
    const socket = connectTcp(hub.port, '127.0.0.1');
    await keep(socket);
    socket.write('PUT /api/topics/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf');
  },
};

async function keep(socket: Socket): Promise<void> {
  closers.push(() => socket.destroy());
  socket.on('error', () => undefined); // The hub must cut this client off.
  await once(socket, 'connect');
}

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

describe('a hub that is told to stop', () => {
  it('twice still ends cleanly', async () => {
    await deaf.tcp();
    const code = hub.stop();
    void hub.stop();
    expect(await code).toBe(0);
    expect(hub.output).toMatch(/Stopped\.\n$/);
  });

  it('by npm, whose shell dies at the signal, stops too', async () => {
    const parent = spawn(
      'sh',
      ['-c', '"$@" & echo $!; wait', 'sh', process.execPath, MAIN, ...QUIET, '--data', `${data}-npm`],
      { env: { ...process.env, npm_command: 'start' }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const lines = createInterface({ input: parent.stdout })[Symbol.asyncIterator]();
    const pid = Number((await lines.next()).value);
    while (!String((await lines.next()).value).includes('Ctrl-C'));
    parent.kill('SIGTERM');
    await vi.waitUntil(() => !isThere(pid), { timeout: 20_000 });
    await rm(`${data}-npm`, { recursive: true, force: true });
  });
});

/** Options for a hub without a port of its own. */
const QUIET = ['--port', '0', '--no-mqtt', '--no-pigpiod', '--driver', 'virtual', '--log-level', 'warn'];

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a hub that is told to stop does so within seconds', () => {
  // A hub that had to be forced after five seconds would exit with 1.
  const holders: [title: string, attach: () => Promise<void>][] = [
    ['a client that does not read', () => deaf.tcp()],
    ['one over WebSocket', deaf.mqttOverWebSocket],
    ['one over Socket.IO', deaf.socketIo],
    ['a connection that says nothing', deaf.stranger],
    ['a request that is never finished', deaf.halfARequest],
  ];
  if (hasIpv6) holders.push(['a client over IPv6', () => deaf.tcp('::1')]);
  it.each(holders)('although something holds on to it: %s', async (_title, attach) => {
    await attach();
    await flood();
    expect(await hub.stop()).toBe(0);
    expect(hub.errors).toBe('');
  });
});

/** A size larger than the system's buffers for any reader. */
async function flood(): Promise<void> {
  const body = 'x'.repeat(1_000_000);
  for (let count = 0; count < 8; count++) {
    await fetch(`${hub.url}/api/topics/flood?retain=false`, { method: 'PUT', body });
  }
}
