import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connect, ErrorWithReasonCode, type MqttClient } from 'mqtt';
import { expect, vi } from 'vitest';
import { NatsServers } from '../cluster/nats-server.ts';
import { HubProcess, MAIN } from './hub-process.ts';
import { SupervisedHub } from './supervised-hub.ts';

/** How long an election and an adoption may take on a busy machine, milliseconds. */
export const PATIENCE_MS = 60_000;

/** How long a publisher waits after each acknowledgement, milliseconds, so that the clients leave the processor to the hubs. */
const PAUSE_MS = 25;

/**
 * How long a client waits for the answer to its CONNECT, milliseconds. On a busy machine, an adoption takes up to half a minute. A client that gives up
 * earlier would request its session again and again, and keep the hubs busy.
 */
const CONNECT_MS = 30_000;

/** After how long a client asks whether its hub still answers, seconds: a hub that stands still keeps the connection. */
const KEEP_ALIVE_SECONDS = 10;

const LEDGER = 'ph_pinhub_l_ledger';

const ROOM = ['queuedMessages=1000000', 'queuedBytes=1000000000', 'totalQueuedBytes=1000000000'];

const NAMES = ['a', 'b', 'c'] as const;

export const KEPT = ['kept/x', 'kept/y', 'kept/z'] as const;

interface WorldOptions {
  /** How many hubs. Default 3. */
  readonly count?: 2 | 3;
  /** The addresses at which a hub finds the servers. Default: their own. */
  readonly wayTo?: (servers: NatsServers, hub: string) => Promise<readonly string[]>;
  /** Whether servers tell hubs at once that a connection has ended. Default: they do not. */
  readonly tellsEnds?: boolean;
  /** The program that the hubs run first. Default: this checkout's. */
  readonly main?: string;
}

const HUB = { user: 'hub', password: 'one' };
const SYSTEM = { user: 'system', password: 'two' };

/** Writes the accounts that servers and hubs need so that the servers report ended connections. */
function writeAccounts(folder: string): { readonly servers: string[]; readonly hubs: string[] } {
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const accounts = { hubs: { jetstream: 'enabled', users: [HUB] }, system: { users: [SYSTEM] } };
  const [hub, system] = [HUB, SYSTEM].map(({ user, password }) => file(user, `${user}:${password}\n`));
  return {
    servers: ['--config', file('servers', JSON.stringify({ accounts, system_account: 'system' }))],
    hubs: ['--cluster-credentials', hub ?? '', '--cluster-system-credentials', system ?? ''],
  };
}

/** Hubs that serve at the same time, on three servers. */
export class World {
  readonly servers: NatsServers;
  readonly hubs: readonly SupervisedHub[];
  readonly #clients: MqttClient[] = [];
  /** Sessions that a hub did not find although they were kept. */
  readonly forgotten: string[] = [];

  private constructor(servers: NatsServers, hubs: readonly SupervisedHub[]) {
    this.servers = servers;
    this.hubs = hubs;
  }

  static async start(
    program: string,
    folder: string,
    { count = 3, wayTo = async ({ urls }) => urls, tellsEnds = false, main = MAIN }: WorldOptions = {},
  ): Promise<World> {
    const words = tellsEnds ? writeAccounts(folder) : { servers: [], hubs: [] };
    // Otherwise the servers tell hubs about routes that the test does not know.
    const servers = await NatsServers.start(program, 3, '--no_advertise', ...words.servers);
    await servers.ready();
    const create = async (name: string) => {
      const urls = await wayTo(servers, name);
      const state = ['--cluster', ...urls, '--hub-name', name, '--data', join(folder, name)];
      const rest = [...words.hubs, '--no-devices', '--no-pigpiod', '--limit', ...ROOM];
      const hub = await HubProcess.create(...state, ...rest);
      hub.main = main;
      return new SupervisedHub(hub);
    };
    const world = new World(servers, await Promise.all(NAMES.slice(0, count).map(create)));
    await Promise.all(world.hubs.map((hub) => hub.start()));
    return world;
  }

  /** A client with a persistent session, which moves to the next hub whenever it loses one. */
  visit(clientId: string, first: number, record?: Record): MqttClient {
    const ports = this.hubs.map(({ process }) => process.mqttPort);
    const order = [...ports.slice(first), ...ports.slice(0, first)];
    const client = connect({
      servers: order.map((port) => ({ host: '127.0.0.1', port, protocol: 'mqtt' as const })),
      clientId,
      protocolVersion: 5,
      clean: false,
      properties: { sessionExpiryInterval: 3_600 },
      reconnectPeriod: 100,
      connectTimeout: CONNECT_MS,
      keepalive: KEEP_ALIVE_SECONDS,
    });
    this.#clients.push(client);
    client.on('error', () => undefined); // The client tries again.
    record?.follow(client);
    let isKept = false;
    client.on('connect', ({ sessionPresent }) => {
      if (isKept && !sessionPresent) this.forgotten.push(clientId);
      isKept = true;
    });
    return client;
  }

  /** The server that leads the ledger. */
  async leader(): Promise<number> {
    const connection = await connectNats({
      servers: [...this.servers.urls],
      user: HUB.user,
      pass: HUB.password,
    });
    try {
      const manager = await jetstreamManager(connection, { checkAPI: false });
      const info = await vi.waitUntil(() => manager.streams.info(LEDGER).catch(() => undefined), {
        timeout: PATIENCE_MS,
      });
      return Number(info.cluster?.leader?.slice(1));
    } finally {
      await connection.close();
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.endAsync(true)));
    for (const { process } of this.hubs) process.thaw();
    await Promise.all(this.hubs.map((hub) => hub.kill()));
    await this.servers.stop();
  }
}

/** The messages that a client has received, over all its connections. */
export class Record {
  readonly times = new Map<string, number>();

  follow(client: MqttClient): void {
    client.on('message', (_topic, payload) => {
      const text = `${payload}`;
      this.times.set(text, (this.times.get(text) ?? 0) + 1);
    });
  }

  missing(texts: readonly string[]): string[] {
    return texts.filter((text) => !this.times.has(text));
  }

  /** Messages that must not be duplicated and arrived more than once. */
  get twice(): string[] {
    return [...this.times].flatMap(([text, times]) => (text.startsWith('q2') && times > 1 ? [text] : []));
  }
}

/** Publishes without a pause, with this many in flight, and records what was acknowledged. */
export class Publisher {
  readonly acknowledged: string[] = [];
  readonly #publish: (text: string, serial: number) => Promise<unknown>;
  readonly name: string;
  readonly #done: Promise<unknown>;
  #serial = 0;
  #isStopped = false;

  constructor(name: string, atATime: number, publish: (text: string, serial: number) => Promise<unknown>) {
    this.name = name;
    this.#publish = publish;
    this.#done = Promise.all(Array.from({ length: atATime }, () => this.#run()));
  }

  /** Resolves when more is acknowledged than now. */
  async progress(): Promise<void> {
    const before = this.acknowledged.length;
    await vi.waitUntil(() => this.acknowledged.length > before + 20, { timeout: PATIENCE_MS, interval: 20 });
  }

  /** Resolves when everything that it has published is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const serial = ++this.#serial;
      const text = `${this.name}-${serial}`;
      await this.#publish(text, serial).catch(ignoreForgotten);
      this.acknowledged.push(text);
      await sleep(PAUSE_MS);
    }
  }
}

/** Packet Identifier not found. */
const NOT_FOUND = 0x92;

/** The answer to a second PUBREL if the answer to the first was lost: the hub had the message; no error during recovery (MQTT 5, 3.7.2.1). */
function ignoreForgotten(error: unknown): void {
  if (!(error instanceof ErrorWithReasonCode) || error.code !== NOT_FOUND) throw error;
}

/** Publishers at each hub, for everything that must not get lost. */
export function publishers(world: World): Publisher[] {
  const [one, two, keeper, slider] = [
    world.visit('one', 0),
    world.visit('two', 1),
    world.visit('keeper', 2),
    world.visit('slider', 0),
  ];
  const kept = (serial: number) => KEPT[serial % KEPT.length] ?? KEPT[0];
  return [
    new Publisher('q1', 5, (text) => one.publishAsync('ledger/1', text, { qos: 1 })),
    new Publisher('q2', 5, (text) => two.publishAsync('ledger/2', text, { qos: 2 })),
    new Publisher('kept', 3, (text, serial) =>
      keeper.publishAsync(kept(serial), text, { qos: 1, retain: true }),
    ),
    new Publisher('slid', 3, (text, serial) =>
      slider.publishAsync(kept(serial), text, { qos: serial % 2 === 0 ? 0 : 1, retain: true }),
    ),
  ];
}

/** Everything acknowledged so far arrives at all recorders, at QoS 2 once, and no session was forgotten. */
export async function expectKept(
  { forgotten }: World,
  all: readonly Publisher[],
  records: { readonly [name: string]: Record },
): Promise<void> {
  const tracked = all.flatMap(({ acknowledged }) => acknowledged.filter((text) => text.startsWith('q')));
  for (const [name, record] of Object.entries(records)) {
    const hasAll = () => record.missing(tracked).length === 0;
    await vi.waitUntil(hasAll, { timeout: PATIENCE_MS, interval: 100 }).catch(() => undefined);
    expect(record.missing(tracked), `lost for ${name}`).toEqual([]);
    expect(record.twice, `twice for ${name}`).toEqual([]);
  }
  expect(forgotten, 'sessions that were not found').toEqual([]);
}

/** All hubs end up with the same retained messages. One that was without processor time for too long has ended, and starts again. */
export async function expectAgreement({ hubs }: World): Promise<void> {
  const values = async ({ process }: SupervisedHub) =>
    (await Promise.all(KEPT.map((topic) => process.retained(topic)))).join();
  const count = async () => {
    await Promise.all(hubs.map((hub) => hub.up()));
    return new Set(await Promise.all(hubs.map(values))).size;
  };
  await expect.poll(count, { timeout: PATIENCE_MS }).toBe(1);
}
