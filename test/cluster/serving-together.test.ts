import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, connectAsync, type IClientOptions } from 'mqtt';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { EVERYONE } from '../../hub/access/access.ts';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { Message } from '../../hub/core/message.ts';
import { PLAIN_TERMS } from '../../hub/core/subscription.ts';
import { openStore } from '../../hub/storage/hub/store.ts';
import { HubProcess, MAIN } from '../faults/hub-process.ts';
import { describeWithNats, NatsServers } from './nats-server.ts';

/** For processes on a busy machine. */
const PATIENCE = { timeout: 60_000 };

/** The state that a standalone hub has left: a retained message, and a session with a queued one. */
async function fillFolder(folder: string): Promise<void> {
  const store = await openStore({ folder, log: pino({ level: 'silent' }) });
  const { journal, now } = store;
  journal.retain(new Message('old/1', 'retained before', { retain: true, qos: 1 }));
  const record = journal.begin();
  const leftAt = now();
  record.update({ clientIdentifier: 'old', owner: EVERYONE, expirySeconds: 3_600, will: undefined, leftAt });
  record.subscribe({ filter: parseTopicFilter('old/#'), terms: { ...PLAIN_TERMS, qos: 1 } }, false);
  const message = new Message('old/2', 'due before', { qos: 1 });
  record.enqueue({ message, terms: { ...PLAIN_TERMS, qos: 1 }, qos: 1, retain: 0 }, 0);
  await store.close();
}

describeWithNats('two hubs of different names, as the command line starts them', (program) => {
  let servers: NatsServers;
  let a: HubProcess;
  let b: HubProcess;
  const folder = mkdtempSync(join(tmpdir(), 'pinhub-together-'));
  beforeAll(async () => {
    servers = await NatsServers.start(program, 1);
    [a, b] = [await create('a'), await create('b')];
    await fillFolder(join(folder, 'a'));
    await a.start(); // The first hub starts the cluster, with the content of its folder.
    await b.start();
    await vi.waitUntil(
      async () => (await hubsAt(a)).length === 2 && (await hubsAt(b)).length === 2,
      PATIENCE,
    );
  });
  afterAll(async () => {
    await Promise.all([a?.kill(), b?.kill()]);
    await servers?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Two hubs, which both have the LED `lab/led/21`. */
  const create = (name: string) =>
    HubProcess.create(
      ...['--cluster', ...servers.urls, '--hub-name', name, '--data', join(folder, name)],
      ...['--device', 'led/21', '--prefix', 'lab', '--no-pigpiod', '--log-level', 'info'],
    );

  /** The addresses of the hubs that clients can connect to, according to a hub. */
  async function hubsAt(hub: HubProcess): Promise<readonly string[][]> {
    const hubs: { addresses: string[] }[] = JSON.parse((await hub.retained('$SYS/cluster/hubs')) ?? '[]');
    return hubs.map(({ addresses }) => addresses).filter(({ length }) => length > 0);
  }

  const way = ({ mqttPort: port }: HubProcess, options: IClientOptions = {}): IClientOptions => ({
    ...{ host: '127.0.0.1', port, protocolVersion: 5, reconnectPeriod: 0 },
    ...options,
  });

  /** Runs a command, and returns its output. */
  const run = (words: readonly string[], { input = '' } = {}) =>
    execFileSync(process.execPath, [MAIN, ...words], { encoding: 'utf8', input, timeout: 60_000 });

  it('announce how clients reach each of them', async () => {
    const addresses = [a, b].map((hub) => [`mqtt://localhost:${hub.mqttPort}`, `${hub.url}/`]);
    expect(await hubsAt(a)).toEqual(addresses);
    expect(await hubsAt(b)).toEqual(addresses);
  });

  it('pass on messages of every QoS, and have the retained messages of the other', async () => {
    const [at, from] = [await connectAsync(way(b)), await connectAsync(way(a))];
    const heard: string[] = [];
    at.on('message', (topic, payload, { qos }) => heard.push(`${topic} ${payload} ${qos}`));
    await at.subscribeAsync('x/#', { qos: 2 });
    for (const qos of [0, 1, 2] as const) await from.publishAsync(`x/${qos}`, 'hello', { qos, retain: true });
    await vi.waitUntil(() => heard.length === 3, PATIENCE);
    expect(heard.sort()).toEqual(['x/0 hello 0', 'x/1 hello 1', 'x/2 hello 2']);
    expect(await b.retained('x/2')).toBe('hello');
    await Promise.all([at.endAsync(), from.endAsync()]);
  });

  it('have the content of the first one’s folder; that folder is not used without them', async () => {
    expect(await b.retained('old/1')).toBe('retained before');
    const client = connect(
      way(b, { clientId: 'old', clean: false, properties: { sessionExpiryInterval: 60 } }),
    );
    const heard = await new Promise((resolve) =>
      client.once('message', (_, payload) => resolve(`${payload}`)),
    );
    expect(heard).toBe('due before');
    await client.endAsync();
    const words = ['start', '--data', join(folder, 'a'), '--no-devices', '--no-mqtt'];
    expect(() => run(words)).toThrow(/was moved to cluster pinhub .*pinhub cluster import --to-folder/);
  });

  it('have the same users and tokens, and end what is revoked at either of them', async () => {
    const at = (hub: string) => ['--data', join(folder, hub)];
    const password = { input: 'correct horse battery\n' };
    const added = run(['user', 'add', 'ana', '--role', 'viewer', ...at('b')], password);
    expect(added).toContain('kept in cluster pinhub'); // From now on the hubs require authentication.
    const token = run(['token', 'make', 'board', '--role', 'device', ...at('a')]).trim();
    const enter = (more: IClientOptions = {}) => connectAsync(way(b, more));
    await expect.poll(() => run(['token', 'list', ...at('b')]), PATIENCE).toContain('board');
    await expect(enter()).rejects.toThrow(/Not authorized/);
    const client = await enter({ username: 'token', password: token });
    client.on('error', () => undefined);
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
    run(['token', 'revoke', 'board', ...at('a')]);
    await ended;
    run(['user', 'remove', 'ana', ...at('a')]);
    const anyone = await vi.waitUntil(() => enter().catch(() => undefined), PATIENCE);
    await anyone.endAsync();
  }, 180_000);

  it('run a shared device once; when its hub is killed, the other takes it and the sessions', async () => {
    const session: IClientOptions = {
      clientId: 'ana',
      clean: false,
      properties: { sessionExpiryInterval: 3_600 },
    };
    const isWaiting = ({ output, errors }: HubProcess) =>
      `${output}${errors}`.includes('lab/led/21 is run by hub');
    await vi.waitUntil(() => isWaiting(a) || isWaiting(b), PATIENCE);
    expect(isWaiting(a) && isWaiting(b)).toBe(false);
    const [first, other] = isWaiting(a) ? [b, a] : [a, b];
    const client = await connectAsync(way(first, session));
    client.on('error', () => undefined);
    await client.subscribeAsync('kept/#', { qos: 1 });
    await first.kill();
    const from = await connectAsync(way(other));
    await from.publishAsync('kept/1', 'meanwhile', { qos: 1 });
    const again = connect(way(other, session));
    const heard = new Promise<string>((resolve) =>
      again.once('message', (_, payload) => resolve(`${payload}`)),
    );
    expect(await heard).toBe('meanwhile');
    await vi.waitUntil(async () => (await other.retained('lab/led/21/status')) === 'online', PATIENCE);
    await Promise.all([again.endAsync(), from.endAsync()]);
  });

  it('have the same history: a hub that was away fetches what it has missed', async () => {
    const [away, there] = a.isRunning ? [b, a] : [a, b];
    await away.kill();
    const from = await connectAsync(way(there));
    await from.publishAsync('meter/1/power/actual', '230', { qos: 1 });
    await from.endAsync();
    await vi.waitUntil(async () => (await lastOf(there)) === 230, PATIENCE);
    await away.start();
    const isComplete = async () => (await away.topicsWithHistory()) >= (await there.topicsWithHistory());
    await vi.waitUntil(isComplete, PATIENCE);
    await there.kill(); // While this hub lives, the other one would ask it for the value.
    expect(await lastOf(away)).toBe(230);
  });

  /** The last value in the history of a topic, according to a hub. */
  async function lastOf({ url }: HubProcess): Promise<number | undefined> {
    const response = await fetch(`${url}/api/history/meter/1/power/actual`);
    const rows: number[][] = response.ok ? await response.json() : [];
    return rows.at(-1)?.at(-1);
  }

  it('leave their state to a standalone hub, once they have stopped', async () => {
    const to = join(folder, 'alone');
    const words = ['cluster', 'import', '--cluster', ...servers.urls, '--to-folder', to];
    expect(() => run(words)).toThrow(/still has running hubs \([^)]+\); stop all of them first/);
    for (const hub of [a, b]) if (hub.isRunning) await hub.stop();
    expect(run(words)).toContain('retained messages');
    expect(() => run(words)).toThrow(/is not empty/);
    const store = await openStore({ folder: to, log: pino({ level: 'silent' }) });
    expect(store.retained.map(({ topic }) => topic)).toEqual(expect.arrayContaining(['old/1', 'x/1', 'x/2']));
    const ana = store.sessions.find(({ state }) => state.clientIdentifier === 'ana');
    expect(ana?.subscriptions.map(({ filter }) => filter)).toEqual(['kept/#']);
    await store.close();
  }, 120_000);
});
