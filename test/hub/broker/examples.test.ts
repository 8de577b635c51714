import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mqtt, { type MqttClient } from 'mqtt';
import { io } from 'socket.io-client';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../../hub/limits/hub-limits.ts';

const ROOT = join(import.meta.dirname, '../../..');
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Runs an example on a free port; resolves to the port, and to the lines that it prints later. */
async function run(name: string) {
  const program: ChildProcess = spawn(process.execPath, [join(ROOT, 'examples', name)], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closers.push(() => program.kill());
  const lines = createInterface(program.stdout ?? expect.unreachable())[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  const port =
    / on (\d+)$/.exec(await nextLine())?.[1] ?? expect.unreachable('the example began without its port');
  return { port, nextLine };
}

async function connect(url: string, options: mqtt.IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { protocolVersion: 5, reconnectPeriod: 0, ...options });
  closers.push(() => client.endAsync(true));
  return client;
}

describe('the examples of embedding', () => {
  it('take at most 20 lines each', () => {
    const names = readdirSync(join(ROOT, 'examples')).filter((name) => name.startsWith('embed-'));
    expect(names).toHaveLength(4);
    for (const name of names)
      expect(
        readFileSync(join(ROOT, 'examples', name), 'utf8')
          .trimEnd()
          .split('\n').length,
      ).toBeLessThan(21);
  });

  it('serve MQTT on a port of Node, with users', async () => {
    const { port, nextLine } = await run('embed-net.js');
    const url = `mqtt://127.0.0.1:${port}`;
    const ana = await connect(url, { clientId: 'a1', username: 'ana', password: 'secret' });
    expect(await nextLine()).toBe('ana is here as a1');
    await ana.publishAsync('ana/x', '1', { qos: 1 });
    await expect(ana.publishAsync('bia/x', '1', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    await expect(connect(url, { username: 'toString', password: 'x' })).rejects.toMatchObject({ code: 0x86 });
  });

  it('serve MQTT in Express, beside its own page and Socket.IO', async () => {
    const { port } = await run('embed-express.js');
    const browser = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
    closers.push(() => browser.close());
    await new Promise<void>((resolve) => browser.once('connect', () => resolve()));
    const told = new Promise((resolve) => browser.once('led', (...args) => resolve(args)));
    const client = await connect(`ws://127.0.0.1:${port}/mqtt`);
    await client.publishAsync('led/21/duty', '30', { qos: 1 });
    expect(await told).toEqual(['led/21/duty', '30']);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('The page is mine.');
  });

  it('serve MQTT in Fastify, whose routes publish and list clients', async () => {
    const { port } = await run('embed-fastify.js');
    const client = await connect(`ws://127.0.0.1:${port}/mqtt`, { clientId: 'lamp' });
    await client.subscribeAsync('led/#');
    const heard = once(client as unknown as NodeJS.EventEmitter, 'message');
    const url = `http://localhost:${port}`;
    expect(await (await fetch(`${url}/blink`, { method: 'POST' })).text()).toBe('It blinks.');
    expect(String((await heard)[1])).toBe('blink');
    expect(await (await fetch(`${url}/clients`)).json()).toEqual(['lamp']);
  });
});

describe('the pages about embedding', () => {
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const page = read('docs/coming-from-aedes.md');

  it("map every option, hook and event of aedes's", () => {
    const types = read('node_modules/aedes/types/instance.d.ts');
    const [, options = ''] = /interface AedesOptions \{([\s\S]*?)\n\}/.exec(types) ?? [];
    const names = [...options.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name ?? '');
    const events = [...types.matchAll(/event: ([^,]+),/g)].flatMap(([, list = '']) =>
      [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? ''),
    );
    expect(names.length).toBeGreaterThan(15);
    expect(events.length).toBeGreaterThan(10);
    const left = page
      .split('\n')
      .map((line) => line.split('|')[1] ?? '')
      .join('\n');
    const missing = [...names, ...events].filter(
      (name) => !new RegExp(`\`[^\`]*\\b${name}\\b[^\`]*\``).test(left),
    );
    expect(missing).toEqual([]);
  });

  it('name existing limits', () => {
    const limits = [...page.matchAll(/limits: \{ ([\w, ]+) \}/g)].flatMap(([, list = '']) =>
      list.split(', '),
    );
    expect(limits.length).toBeGreaterThan(4);
    expect(limits.filter((name) => !Object.hasOwn(DEFAULT_LIMITS, name))).toEqual([]);
  });
});
