import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { describeWithNats, NatsServers } from '../cluster/nats-server.ts';
import { HubProcess } from './hub-process.ts';

/** How often the hub that serves is killed; `CLUSTER_KILLS=1000` takes some hours. */
const KILLS = Number(process.env.CLUSTER_KILLS ?? 4);

const ROOM = [
  'queuedMessages=1000000',
  'queuedBytes=1000000000',
  'totalQueuedBytes=1000000000',
  'willGraceSeconds=2',
];

/** How long an election and a takeover may take on a busy machine, milliseconds. */
const PATIENCE_MS = 60_000;

/** Two processes of one hub: one serves, the other waits until the first is gone. */
class Pair {
  serving: HubProcess;
  #waiting: HubProcess;
  #next: Promise<void>;

  private constructor(serving: HubProcess, waiting: HubProcess) {
    this.serving = serving;
    this.#waiting = waiting;
    this.#next = this.#wait();
  }

  static async start(urls: readonly string[], folder: string): Promise<Pair> {
    const create = (name: string) => {
      const state = ['--cluster', ...urls, '--data', join(folder, name), '--no-devices', '--no-pigpiod'];
      return HubProcess.create(...state, '--limit', ...ROOM);
    };
    const [one, other] = [await create('a'), await create('b')];
    await one.start();
    return new Pair(one, other);
  }

  get all(): readonly HubProcess[] {
    return [this.serving, this.#waiting];
  }

  /** Kills the serving process, and resolves when the other one serves; the first one then waits in its turn. */
  async kill(): Promise<void> {
    await this.serving.kill();
    await this.#next;
    [this.serving, this.#waiting] = [this.#waiting, this.serving];
    this.#next = this.#wait();
  }

  async stop(): Promise<void> {
    const ended = this.#next.catch(() => undefined);
    await Promise.all(this.all.map((hub) => hub.kill()));
    await ended;
  }

  #wait(): Promise<void> {
    const started = this.#waiting.start();
    started.catch(() => undefined); // The caller that waits for it gets the error.
    return started;
  }
}

/** A client with a persistent session, which connects to the hub that serves. */
function visit(pair: Pair, clientId: string, options: IClientOptions = {}): MqttClient {
  const servers = pair.all.map(({ mqttPort }) => ({
    host: '127.0.0.1',
    port: mqttPort,
    protocol: 'mqtt' as const,
  }));
  const client = connect({
    servers,
    clientId,
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 50,
    connectTimeout: 30_000, // This is the usual timeout of clients: while servers elect a leader, nobody gets an answer.
    ...options,
  });
  client.on('error', () => undefined); // The client tries again.
  return client;
}

const connected = (client: MqttClient) =>
  new Promise<void>((resolve) => client.once('connect', () => resolve()));

/** Publishes at QoS 1, with this many in flight, and records what was acknowledged. */
class Publisher {
  readonly acknowledged: string[] = [];
  readonly #client: MqttClient;
  readonly #done: Promise<unknown>;
  #serial = 0;
  #isStopped = false;

  constructor(client: MqttClient, atATime: number) {
    this.#client = client;
    this.#done = Promise.all(Array.from({ length: atATime }, () => this.#run()));
  }

  /** Resolves when more is acknowledged than now. */
  async progress(): Promise<void> {
    const before = this.acknowledged.length;
    await vi.waitUntil(() => this.acknowledged.length > before + 100, { timeout: PATIENCE_MS, interval: 20 });
  }

  /** Resolves when everything that it has published is acknowledged. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#isStopped) {
      const text = `${++this.#serial}`;
      await this.#client.publishAsync('ledger', text, { qos: 1 });
      this.acknowledged.push(text);
    }
  }
}

describeWithNats('a hub whose state is in a cluster', (program) => {
  let folder: string;
  const closers: (() => Promise<unknown>)[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pinhub-cluster-'));
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startServers(): Promise<NatsServers> {
    const servers = await NatsServers.start(program, 3);
    closers.push(() => servers.stop());
    await servers.ready();
    return servers;
  }

  async function startPair(servers: NatsServers): Promise<Pair> {
    const pair = await Pair.start(servers.urls, folder);
    closers.push(() => pair.stop());
    return pair;
  }

  it(
    'is taken over by the process that waits: nothing acknowledged is lost when hubs and servers are killed, and wills are published',
    async () => {
      const servers = await startServers();
      const pair = await startPair(servers);
      const late = visit(pair, 'late');
      await connected(late);
      await late.subscribeAsync(['ledger', 'watched/status'], { qos: 1 });
      await late.endAsync();
      const client = visit(pair, 'publisher');
      closers.push(() => client.endAsync(true));
      const publisher = new Publisher(client, 20);
      const will = {
        topic: 'watched/status',
        payload: Buffer.from('offline'),
        qos: 1 as const,
        retain: true,
      };
      const watched = visit(pair, 'watched', { will, reconnectPeriod: 0 });
      await connected(watched);
      for (let kill = 0; kill < KILLS; kill++) {
        await publisher.progress();
        const server = kill % 3;
        if (kill % 2 === 1) await servers.kill(server);
        await pair.kill();
        if (kill % 2 === 1) await servers.startOne(server);
      }
      await publisher.progress();
      await publisher.stop();
      const received = new Set<string>();
      const back = visit(pair, 'late');
      closers.push(() => back.endAsync(true));
      back.on('message', (topic, payload) => received.add(`${topic} ${payload}`));
      const missing = () => publisher.acknowledged.filter((text) => !received.has(`ledger ${text}`));
      await vi
        .waitUntil(() => missing().length === 0, { timeout: PATIENCE_MS, interval: 100 })
        .catch(() => undefined);
      expect(missing()).toEqual([]);
      await vi.waitUntil(() => received.has('watched/status offline'), { timeout: PATIENCE_MS });
    },
    PATIENCE_MS * (KILLS + 4),
  );
});
