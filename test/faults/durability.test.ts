import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectMqtt, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHubClient, type HubClient } from '../../hub/client/index.ts';
import { HubProcess } from './hub-process.ts';

let root: string;
let data: string;
const closers: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pinhub-durability-'));
  data = join(root, 'data');
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  rmSync(root, { recursive: true, force: true });
});

async function createHub(...options: string[]): Promise<HubProcess> {
  const hub = await HubProcess.create('--data', data, ...options);
  closers.push(() => hub.kill());
  return hub;
}

/** `ledger` exists from the first message on: messages queued for a client may arrive with its CONNACK. */
async function connect(
  hub: HubProcess,
  clientId: string,
  options: IClientOptions = {},
  ledger?: Ledger,
): Promise<MqttClient> {
  const client = connectMqtt(hub.mqttUrl, {
    clientId,
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 3600 },
    reconnectPeriod: 20,
    connectTimeout: 2_000,
    ...options,
  });
  client.on('error', () => undefined); // The hub is away; the client tries again.
  closers.push(() => client.endAsync(true));
  ledger?.follow(client);
  await new Promise<void>((resolve) => client.once('connect', () => resolve()));
  return client;
}

function connectPage(hub: HubProcess): HubClient {
  const page = createHubClient(hub.url);
  closers.push(() => page.close());
  return page;
}

/** Publishes one after the other, with this many in flight, until it is told to stop; records what was acknowledged. */
class Publisher {
  readonly acknowledged: string[] = [];
  /** The lives of the hub in which something is known to have been acknowledged. */
  lives = 0;
  readonly #prefix: string;
  #isStopped = false;
  readonly #done: Promise<unknown>;

  constructor(prefix: string, atATime: number, publish: (text: string) => Promise<unknown>) {
    this.#prefix = prefix;
    let serial = 0;
    const run = async () => {
      while (!this.#isStopped) {
        const text = `${prefix}-${++serial}`;
        // If a message was not acknowledged when the connection ended, nothing is promised of it.
        const isAcknowledged = await publish(text).then(
          () => true,
          () => false,
        );
        if (isAcknowledged) this.acknowledged.push(text);
        await sleep(5);
      }
    };
    this.#done = Promise.all(Array.from({ length: atATime }, run));
  }

  /** Resolves when more is acknowledged than now. Call it once in each life of the hub, whose clients reconnect at their own pace. */
  async live(): Promise<void> {
    const before = this.acknowledged.length;
    const isLive = () => this.acknowledged.length > before;
    await vi
      .waitUntil(isLive, { timeout: 20_000, interval: 5 })
      .catch(() =>
        expect.unreachable(`nothing is acknowledged of ${this.#prefix}, in life ${this.lives + 1}`),
      );
    this.lives++;
  }

  /** Resolves when everything that it has published is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }
}

/** The messages that a client with a persistent session gets. */
class Ledger {
  readonly received: string[] = [];

  follow(client: MqttClient): void {
    client.on('message', (_topic, payload) => {
      this.received.push(payload.toString());
    });
  }

  has(texts: readonly string[]): boolean {
    const received = new Set(this.received);
    return texts.every((text) => received.has(text));
  }

  missing(texts: readonly string[]): string[] {
    const received = new Set(this.received);
    return texts.filter((text) => !received.has(text));
  }

  get twice(): string[] {
    const seen = new Set<string>();
    return this.received.filter((text) => seen.size === seen.add(text).size);
  }
}

/** MQTT 5, 3.7.2.1: the answer to a PUBREL that is sent again because its PUBCOMP was lost: the message is finished, as it should be. */
const PACKET_IDENTIFIER_NOT_FOUND = 0x92;

function unlessReleased(error: Error & { code?: number }): void {
  if (error.code !== PACKET_IDENTIFIER_NOT_FOUND) throw error;
}

const ROOM = [
  '--limit',
  'queuedMessages=1000000',
  '--limit',
  'queuedBytes=1000000000',
  '--limit',
  'subscriptions=100000',
  '--limit',
  'sessionBytes=1000000000',
  '--limit',
  'totalSessionBytes=1000000000',
];

async function survive(hub: HubProcess, kills: number): Promise<void> {
  await hub.start();
  const ledger = new Ledger();
  const watcher = await connect(hub, 'watcher', {}, ledger);
  await watcher.subscribeAsync('ledger/#', { qos: 2 });
  const late = await connect(hub, 'late');
  await late.subscribeAsync('ledger/#', { qos: 2 });
  await late.endAsync();
  const atLeastOnce = await connect(hub, 'qos-1');
  const exactlyOnce = await connect(hub, 'qos-2');
  const collector = await connect(hub, 'collector', { resubscribe: false });
  const page = connectPage(hub);
  const wishes = new Map<string, number>();
  const filters = new Publisher('filter', 2, (text) => collector.subscribeAsync(`post/${text}`, { qos: 1 }));
  const publishers = {
    once: new Publisher('once', 5, (text) => atLeastOnce.publishAsync('ledger/1', text, { qos: 1 })),
    exact: new Publisher('exact', 5, (text) =>
      exactlyOnce.publishAsync('ledger/2', text, { qos: 2 }).catch(unlessReleased),
    ),
    page: new Publisher('page', 3, (text) => page.publish('ledger/page', text, { qos: 1 })),
    slider: new Publisher('slider', 1, async (text) => {
      const serial = Number(text.slice('slider-'.length));
      await page.publish(`led/${serial % 10}/duty`, `${serial}`, { retain: true });
      wishes.set(`led/${serial % 10}/duty`, serial);
    }),
  };
  const loads = [...Object.values(publishers), filters];
  for (let life = 1; life <= kills; life++) {
    await Promise.all(loads.map((load) => load.live()));
    await sleep(Math.random() * 150); // While all of them are publishing.
    await hub.kill();
    await hub.start();
  }
  expect(loads.map(({ lives }) => lives)).toEqual(loads.map(() => kills));
  for (const load of loads) await load.stop();
  await collector.endAsync(true);
  const promised = Object.values(publishers).flatMap(({ acknowledged }) =>
    acknowledged.filter((text) => !text.startsWith('slider')),
  );
  expect(promised.length).toBeGreaterThan(kills * 5);

  const lateAgain = new Ledger();
  await connect(hub, 'late', {}, lateAgain);
  const ledgers = { watcher: ledger, late: lateAgain };
  for (const [name, one] of Object.entries(ledgers)) {
    await vi.waitUntil(() => one.has(promised), { timeout: 20_000 }).catch(() => undefined);
    expect(one.missing(promised), `not received by ${name}`).toEqual([]);
    expect(
      one.twice.filter((text) => text.startsWith('exact')),
      `received twice by ${name}`,
    ).toEqual([]);
  }
  for (const [topic, serial] of wishes) {
    expect(Number(await hub.retained(topic)), topic).toBeGreaterThanOrEqual(serial);
  }
  await expectSubscribed(hub, 'collector', filters.acknowledged);
  expect(hub.errors).toBe('');
}

/** A session still has its acknowledged subscriptions: a message published to each of them arrives. */
async function expectSubscribed(hub: HubProcess, clientId: string, names: readonly string[]): Promise<void> {
  expect(names.length).toBeGreaterThan(10);
  const post = await connect(hub, 'post');
  await Promise.all(names.map((name) => post.publishAsync(`post/${name}`, name, { qos: 1 })));
  const received = new Ledger();
  await connect(hub, clientId, { resubscribe: false }, received);
  await vi.waitUntil(() => received.has(names), { timeout: 20_000 }).catch(() => undefined);
  expect(received.missing(names), 'subscriptions that were acknowledged, and are gone').toEqual([]);
}

/** More on demand: `KILLS=1000 npx vitest run --config test/vitest.config.ts test/faults/durability.test.ts -t 'nothing of QoS 2 twice'`. */
const KILLS = Number(process.env.KILLS ?? 5);

describe('a hub that is killed again and again under load', () => {
  it(
    `has all that it acknowledged, and nothing of QoS 2 twice: ${KILLS} kills`,
    async () => {
      await survive(await createHub(...ROOM), KILLS);
    },
    60_000 + KILLS * 10_000,
  );

  it(`also while it waits for the disk: ${KILLS} kills`, { timeout: 60_000 + KILLS * 10_000 }, async () => {
    await survive(await createHub(...ROOM, '--durability', 'power'), KILLS);
  });
});

describe('after a restart', () => {
  it.each(['kill', 'stop'] as const)('an LED returns to its desired value: %s', async (how) => {
    const hub = await createHub();
    await hub.start();
    const page = connectPage(hub);
    await page.publish('led/21/duty', '40', { retain: true });
    await vi.waitUntil(async () => (await hub.retained('led/21/duty/actual')) === '40');
    await hub[how]();
    await hub.start();
    expect(await hub.retained('led/21/duty')).toBe('40');
    await vi.waitUntil(async () => (await hub.retained('led/21/duty/actual')) === '40');
    expect(await hub.retained('led/21/status')).toBe('online');
  });

  it('nothing is there of a hub that was to keep nothing', async () => {
    const hub = await HubProcess.create('--ephemeral', '--data', data);
    closers.push(() => hub.kill());
    await hub.start();
    await connectPage(hub).publish('a', '1', { retain: true });
    await hub.stop();
    await hub.start();
    expect(await hub.retained('a')).toBeUndefined();
    await hub.stop();
    expect(readdirSync(root)).toEqual([]);
  });
});

/** Starts a hub that must fail to start, and resolves to its output. */
async function refusal(hub: HubProcess): Promise<string> {
  await expect(hub.start()).rejects.toThrow('ended before it was up');
  expect(await hub.ended()).toBe(1);
  return hub.errors;
}

/** A command that gives a process a PID namespace of its own, as in a container. */
const CONTAINER = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'];
const canContain = spawnSync(CONTAINER[0] ?? '', [...CONTAINER.slice(1), 'true']).status === 0;
const describeWithContainers = canContain ? describe : describe.skip;

describeWithContainers(
  `a hub in a container (${canContain ? 'one of its own' : 'skipped: needs root and unshare'})`,
  () => {
    it('has its folder for itself; a killed one does not block the next', async () => {
      const create = () => HubProcess.createUnder(CONTAINER, '--data', data);
      const [inside, besides, outside] = [await create(), await create(), await createHub()];
      for (const hub of [inside, besides]) closers.push(() => hub.kill());
      await inside.start();
      await connectPage(inside).publish('kept', 'all', { retain: true });
      for (const other of [besides, outside]) expect(await refusal(other)).toContain('in use by another hub');
      await inside.kill();
      const isUp = () =>
        outside.start().then(
          () => true,
          () => false, // The process inside ends a moment after `unshare`.
        );
      await vi.waitUntil(isUp, { timeout: 30_000 });
      expect(await outside.retained('kept')).toBe('all');
      await outside.kill();
      await besides.start();
      expect(await besides.retained('kept')).toBe('all');
    });
  },
);

describe('a data folder that cannot be used is reported in one line', () => {
  it('if another hub uses it; that hub goes on', async () => {
    const [first, second] = [await createHub(), await createHub()];
    await first.start();
    expect(await refusal(second)).toMatch(/in use by another hub, process \d+.*\(store\/unavailable\)\n$/);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
  });

  it('if several hubs want it at the same moment; one of them gets it', async () => {
    const hubs = await Promise.all([createHub(), createHub(), createHub()]);
    const started = await Promise.allSettled(hubs.map((hub) => hub.start()));
    expect(started.filter(({ status }) => status === 'fulfilled').length).toBe(1);
    for (const hub of hubs.filter(({ isRunning }) => !isRunning))
      expect(hub.errors).toMatch(/store\/unavailable/);
  });

  it('if it belongs to somebody else', async () => {
    data = root;
    writeFileSync(join(root, 'thesis.doc'), 'two years of work');
    expect(await refusal(await createHub())).toMatch(/no data of Pinhub.*\(store\/unavailable\)\n$/);
    expect(readdirSync(root)).toEqual(['thesis.doc']);
  });

  it('if it is a file', async () => {
    writeFileSync(data, '');
    expect(await refusal(await createHub())).toMatch(/it is a file.*\(store\/unavailable\)\n$/);
  });

  it('if nothing in it can be recognized; it stays as it is', async () => {
    const hub = await createHub();
    await hub.start();
    await hub.stop();
    const [base] = readdirSync(data).filter((name) => name.endsWith('.base'));
    const path = join(data, base ?? expect.unreachable());
    const noise = Buffer.from(Array.from({ length: statSync(path).size }, (_, n) => (n * 37) % 256));
    writeFileSync(path, noise);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await refusal(hub)).toMatch(/cannot be read.*move its folder away.*\(store\/damaged\)\n$/);
      expect(readFileSync(path)).toEqual(noise);
    }
  });
});

describe('a partly damaged folder', () => {
  it('is used for the rest; the damaged part is kept beside it, and reported', async () => {
    const hub = await createHub();
    await hub.start();
    const page = connectPage(hub);
    for (let n = 0; n < 50; n++) await page.publish(`kept/${n}`, `${n}`, { retain: true });
    await page.close();
    await hub.kill();
    const [log] = readdirSync(data).filter((name) => name.endsWith('.log'));
    const path = join(data, log ?? expect.unreachable());
    const content = readFileSync(path);
    content[content.length - 200] = (content[content.length - 200] ?? 0) ^ 0xff;
    writeFileSync(path, content);
    await hub.start();
    expect(await hub.retained('kept/0')).toBe('0');
    expect(readdirSync(data)).toContain(`damaged-${log}`);
    expect(hub.errors).toContain('damaged, and kept beside');
  });

  it('counts as whole if only the last write is cut off', async () => {
    const hub = await createHub();
    await hub.start();
    await connectPage(hub).publish('kept', 'all', { retain: true });
    await hub.kill();
    const [log] = readdirSync(data).filter((name) => name.endsWith('.log'));
    const path = join(data, log ?? expect.unreachable());
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.from([9, 0, 0, 0, 1])]));
    await hub.start();
    expect(await hub.retained('kept')).toBe('all');
    expect(hub.errors).toBe('');
  });
});

/** Whether this process may mount file systems of its own. */
function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const probe = mkdtempSync(join(tmpdir(), 'pinhub-mount-'));
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', probe]).status === 0;
  if (isMounted) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return isMounted;
}

const describeWithMounts = canMount() ? describe : describe.skip;

describeWithMounts(`a disk (${canMount() ? 'a mounted one' : 'skipped: needs root, to mount one'})`, () => {
  let disk: string;
  beforeEach(() => {
    disk = mkdtempSync(join(tmpdir(), 'pinhub-disk-'));
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
    data = join(disk, 'pinhub');
    closers.push(async () => {
      spawnSync('umount', ['--lazy', disk]);
      rmSync(disk, { recursive: true, force: true });
    });
  });

  it('that is full has nothing acknowledged that is not kept; once there is room again, all goes on', async () => {
    const hub = await createHub();
    await hub.start();
    const page = connectPage(hub);
    const kept = new Map<string, string>();
    const filler = join(disk, 'filler');
    let failure: unknown;
    for (let n = 0; n < 200 && !failure; n++) {
      if (n === 20) writeFileSync(filler, Buffer.alloc(300_000));
      await page.publish(`large/${n}`, 'x'.repeat(4_000), { retain: true }).then(
        () => kept.set(`large/${n}`, 'x'.repeat(4_000)),
        (error: unknown) => {
          failure = error;
        },
      );
    }
    expect(failure).toMatchObject({
      code: 'store/unavailable',
      message: expect.stringContaining('disk is full'),
    });
    expect(kept.size).toBeGreaterThan(20);
    const ready = await fetch(`${hub.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ reason: expect.stringContaining('disk is full') });
    // Pins continue: what need not be stored works as before, and other messages reach everyone, but unacknowledged.
    await page.publish('led/21/transition', '0');
    await expect(page.publish('led/21/duty', '33', { retain: true })).rejects.toMatchObject({
      code: 'store/unavailable',
    });
    await vi.waitUntil(async () => (await hub.retained('led/21/duty/actual')) === '33');
    const mqtt = await connect(hub, 'sensor', { clean: true, properties: {}, reconnectPeriod: 0 });
    const goodbye = new Promise((resolve) => mqtt.on('disconnect', ({ reasonCode }) => resolve(reasonCode)));
    mqtt.publish('sensor/7', '20', { qos: 1, retain: true }, () => undefined);
    expect(await goodbye).toBe(0x97);

    rmSync(filler);
    const isKept = () =>
      page.publish('again', 'kept', { retain: true }).then(
        () => true,
        () => false,
      );
    await vi.waitUntil(isKept, { timeout: 20_000, interval: 200 });
    expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
    await hub.kill();
    await hub.start();
    for (const [topic, payload] of kept) expect(await hub.retained(topic)).toBe(payload);
    expect(await hub.retained('again')).toBe('kept');
    expect(await hub.retained('led/21/duty')).toBe('33');
    expect(hub.errors).toMatch(/disk is full/);
  });

  it('that is full when the hub stops makes it end with a line that says so, and no stack', async () => {
    const hub = await createHub();
    await hub.start();
    const page = connectPage(hub);
    spawnSync('sh', ['-c', `cat /dev/zero > ${join(disk, 'filler')}`]);
    const lost = page.publish('lost', 'x'.repeat(9_000), { retain: true });
    await expect(lost).rejects.toMatchObject({ code: 'store/unavailable' });
    expect(await hub.stop()).toBe(1);
    const said = hub.errors.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
    expect(said).toEqual([
      expect.stringMatching(
        /^pinhub: "[^"]+" cannot be used: the disk is full; make room \(store\/unavailable\)$/,
      ),
    ]);
  });

  it('that is full from the start lets the hub run, which keeps everything once there is room', async () => {
    const filler = join(disk, 'filler');
    spawnSync('sh', ['-c', `cat /dev/zero > ${filler}`]);
    const hub = await createHub();
    await hub.start();
    const ready = await fetch(`${hub.url}/readyz`);
    expect(await ready.json()).toMatchObject({ reason: expect.stringContaining('disk is full') });
    const page = connectPage(hub);
    await page.publish('led/21/transition', '0');
    await expect(page.publish('kept', '1', { retain: true })).rejects.toMatchObject({
      code: 'store/unavailable',
    });
    rmSync(filler);
    const isKept = () =>
      page.publish('kept', '2', { retain: true }).then(
        () => true,
        () => false,
      );
    await vi.waitUntil(isKept, { timeout: 20_000, interval: 200 });
    await hub.kill();
    await hub.start();
    expect(await hub.retained('kept')).toBe('2');
  });

  it('that is read-only is reported in one line', async () => {
    spawnSync('mount', ['-o', 'remount,ro', disk]);
    expect(await refusal(await createHub())).toMatch(/read-only.*--ephemeral.*\(store\/unavailable\)\n$/);
  });
});
