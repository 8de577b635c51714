import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { pino } from 'pino';
import {
  asyncScheduler,
  filter,
  firstValueFrom,
  map,
  merge,
  type Observable,
  Subject,
  startWith,
  take,
  toArray,
} from 'rxjs';
import { expect } from 'vitest';
import { type BusMessage, createHubClient, type HubClient } from '../../../hub/client/index.ts';
import { type Cluster, joinCluster } from '../../../hub/cluster/cluster.ts';
import { untilSafe } from '../../../hub/core/ports.ts';
import { type HubServer, type HubServerOptions, openHubServer } from '../../../hub/server.ts';
import { SimulatedCluster } from '../../cluster/simulated-cluster.ts';
import { createRandom } from '../../random.ts';

/** A whole hub on free ports, or several that form one broker, with a browser's client beside it. */
export interface RealHub {
  /** The hub that the browser is connected to. */
  readonly server: HubServer;
  /** The port of MQTT over TCP. With several hubs, each call returns the next hub's; the same is true for all other addresses. */
  readonly tcpPort: number;
  /** The port of MQTT over WebSocket, at `/mqtt`. */
  readonly wsPort: number;
  /** The addresses of MQTT, by transport. */
  readonly urls: { readonly tcp: string; readonly ws: string };
  /** How many subscriptions its clients have. */
  readonly subscriptionCount: number;
  /** Resolves when they have this many, and everything published from then on reaches them. */
  untilSubscribed(count: number): Promise<void>;
  /** Resolves when they have none. */
  untilUnsubscribed(): Promise<void>;
  /** Speaks Socket.IO. */
  readonly browser: HubClient;
  close(): Promise<void>;
}

/**
 * The servers that accept connections: the hub's own, an embedder's that pass connections to the broker, or those of several hubs in a cluster.
 * In a cluster, each new client goes to the next hub.
 */
export const SERVERS = ['own', 'embedder'] as const;
export const CLUSTERS = ['a cluster of one', 'two hubs of a cluster'] as const;

export type Servers = (typeof SERVERS)[number] | (typeof CLUSTERS)[number];

/** With `CONFORMANCE=all`, every suite runs against clusters too. By default only a part of mqtt.js's suite does, because all suites together take minutes. */
export const IS_ALL = process.env.CONFORMANCE === 'all';
export const SERVERS_OF_ALL: readonly Servers[] = IS_ALL ? [...SERVERS, ...CLUSTERS] : SERVERS;

const log = pino({ level: 'silent' });

export async function openRealHub(
  options: Partial<HubServerOptions> = {},
  whose: Servers = 'own',
): Promise<RealHub> {
  const stores = await openStores(whose);
  const served = await Promise.all(stores.map(({ store }) => serve({ store, ...options }, whose)));
  await Promise.all(stores.map((store) => untilMet(store, stores.length)));
  const [first = expect.unreachable()] = served;
  const count = () => served.reduce((sum, { server }) => sum + server.hub.subscriptionCount, 0);
  const count$ = merge(...served.map(({ server }) => watchSubscriptions(server))).pipe(
    startWith(0),
    map(count),
  );
  let turn = 0;
  const next = () => served[turn++ % served.length] ?? first;
  const browser = createHubClient(`http://127.0.0.1:${first.server.port}`);
  return {
    server: first.server,
    browser,
    get tcpPort() {
      return next().tcpPort;
    },
    get wsPort() {
      return next().wsPort;
    },
    urls: {
      get tcp() {
        return `mqtt://127.0.0.1:${next().tcpPort}`;
      },
      get ws() {
        return `ws://127.0.0.1:${next().wsPort}/mqtt`;
      },
    },
    get subscriptionCount() {
      return count();
    },
    async untilSubscribed(wanted) {
      await firstValueFrom(count$.pipe(filter((current) => current >= wanted)));
      await Promise.all(served.map(({ server }) => untilSafe(server.hub.journal)));
    },
    async untilUnsubscribed() {
      await firstValueFrom(count$.pipe(filter((current) => current === 0)));
    },
    async close() {
      await browser.close();
      await Promise.all(served.map(({ server }) => server.close()));
      for (const { close } of served) close();
    },
  };
}

/** Emits whenever a subscription of a hub has begun or ended. */
function watchSubscriptions({ hub }: HubServer): Observable<unknown> {
  const changes$ = new Subject<unknown>();
  const [subscribe, unsubscribe] = [hub.subscribe.bind(hub), hub.unsubscribe.bind(hub)];
  hub.subscribe = (...args) => {
    const subscription = subscribe(...args);
    changes$.next(subscription);
    return subscription;
  };
  hub.unsubscribe = (subscription) => {
    unsubscribe(subscription);
    changes$.next(subscription);
  };
  return changes$;
}

/** The stores of the hubs of a cluster; for a standalone hub the default. */
async function openStores(whose: Servers): Promise<readonly Partial<Cluster>[]> {
  if (whose === 'own' || whose === 'embedder') return [{}];
  const cluster = new SimulatedCluster({ time: asyncScheduler, random: createRandom(1) });
  const hubs = whose === 'a cluster of one' ? ['a'] : ['a', 'b'];
  return Promise.all(hubs.map((hub) => joinCluster({ engine: cluster.join(hub), hub, instance: hub, log })));
}

/** Resolves when a hub knows this many: from then on, a SUBACK waits until all know the subscription. */
async function untilMet({ live$ }: Partial<Cluster>, count: number): Promise<void> {
  if (live$) await firstValueFrom(live$.pipe(filter((live) => live.length === count)));
}

async function serve(options: Partial<HubServerOptions>, whose: Servers) {
  const server = await openHubServer({ port: 0, pagesFolder: import.meta.dirname, log, ...options });
  return { server, ...(await (whose === 'embedder' ? embed(server) : listenOn(server))) };
}

interface Ports {
  readonly tcpPort: number;
  readonly wsPort: number;
  close(): void;
}

async function listenOn(server: HubServer): Promise<Ports> {
  return { tcpPort: await server.listen('mqtt', 0), wsPort: server.port, close: () => undefined };
}

/** An embedder's servers in front of the same broker. */
async function embed({ broker }: HubServer): Promise<Ports> {
  const tcp = createServer((socket) => broker.handle(socket));
  const http = createHttpServer();
  broker.attach(http);
  const [tcpPort, wsPort] = [await portOf(tcp), await portOf(http)];
  const close = () => {
    tcp.close();
    http.close();
  };
  return { tcpPort, wsPort, close };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The first `count` messages that a browser receives, as `topic payload`, with an `R` after retained ones. */
export function seen(messages$: Observable<BusMessage>, count: number): Promise<string[]> {
  const line$ = messages$.pipe(map(({ topic, text, retained }) => `${topic} ${text}${retained ? ' R' : ''}`));
  return firstValueFrom(line$.pipe(take(count), toArray()));
}

/** A program that runs beside the test. */
export class Program {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #errors: string[] = [];

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args);
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#child.stderr.on('data', (chunk) => this.#errors.push(String(chunk)));
  }

  /** The next line that it prints. Rejects with its standard error if it ends first. */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error(`the program has ended: ${this.#errors.join('')}`);
    return value;
  }

  /** The next lines, this many. */
  async lines(count: number): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.line());
    return lines;
  }

  /** All remaining output of the program, once it has ended. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let next = await this.#lines.next(); !next.done; next = await this.#lines.next())
      lines.push(next.value);
    const { exitCode } = this.#child;
    if (exitCode !== null && exitCode !== 0)
      throw new Error(`exit code ${exitCode}: ${this.#errors.join('')}`);
    return lines;
  }

  /** The exit code and the standard error of the program, once it has ended. */
  async ended(): Promise<{ code: number | null; errors: string }> {
    const code = await new Promise<number | null>((resolve) => {
      if (this.#child.exitCode !== null) resolve(this.#child.exitCode);
      else this.#child.once('exit', resolve);
    });
    return { code, errors: this.#errors.join('') };
  }

  /** Kills the program, so that it sends no goodbye. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
