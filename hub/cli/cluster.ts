import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler, skip, take } from 'rxjs';
import { openFileVault } from '../access/vault/file-vault.ts';
import type { Vault } from '../access/vault/vault.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { HistoryExchange } from '../cluster/history/history-exchange.ts';
import { HubError, quote } from '../core/error.ts';
import type { Hubs } from '../core/ports.ts';
import type { History } from '../history/history.ts';
import { openHistory } from '../history/open-history.ts';
import { DEFAULT_LIMITS } from '../limits/hub-limits.ts';
import { LOOPBACK, listen } from '../listeners/listen.ts';
import { createPagesServer, type Tls } from '../listeners/servers.ts';
import type { Plugin } from '../plugin.ts';
import type { Store } from '../session/store.ts';
import { prepareFolder } from '../storage/folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../storage/folder/folder-lock.ts';
import { moveToCluster } from './cluster-folder.ts';
import { DEFAULT_CLUSTER_NAME, DEFAULT_DRAIN_SECONDS, DEFAULT_HUB_NAME } from './cluster-options.ts';
import { wordsOf } from './languages/index.ts';
import { pagesPort, type StartOptions } from './options.ts';
import type { Running } from './run-until-stopped.ts';
import { vaultPath } from './vault.ts';

/** A hub's place among the others of its cluster. */
export interface JoinedHub {
  /** The accounts that all hubs share. */
  readonly vault: Vault;
  readonly hubs: Hubs;
  /** Tells the other hubs how clients reach this one. */
  announce(addresses: readonly string[]): void;
  /** Resolves to true once no other hub publishes at a topic and this one may, until `release`; to false if `release` comes first. */
  mayRun(topic: string): Promise<boolean>;
  /** Lets other hubs publish there. Nothing of it may run here any more. */
  release(): Promise<void>;
  /** How long `drain` may take, milliseconds. */
  readonly drainMs: number;
  /** Moves all clients and sessions to the other hubs. Meanwhile answers monitoring on the port of the pages, which must be free. */
  drain(port: number): Promise<void>;
}

interface OpenedState {
  readonly store: Store;
  readonly joined: Omit<JoinedHub, 'drain'> & Pick<Cluster, 'drain'>;
  readonly exchange: HistoryExchange;
}

/** The part of an opened cluster that `start` needs: the same as for a data folder, and the other hubs. */
interface OpenedCluster extends Omit<OpenedState, 'joined' | 'exchange'> {
  readonly joined: JoinedHub;
  readonly history: History;
  readonly lock: FolderLock;
  /** A description for the user. */
  readonly text: string;
  /** Answers for the hub until it listens itself: close it then. */
  readonly room: Pick<WaitingRoom, 'close'>;
}

/**
 * Opens the state of a hub in its cluster, once no other process owns it; history is in the data folder, users and tokens are those of the cluster. The program ends when
 * it loses the state. Rejects with `option/invalid`, `store/unavailable` and `store/damaged`.
 */
export async function openClusterKept(
  options: StartOptions & { readonly cluster: readonly string[]; readonly data: string },
  running: Running,
  { plugins, tls }: { readonly plugins: readonly Plugin[]; readonly tls?: Tls | undefined },
): Promise<OpenedCluster> {
  checkCluster(options, plugins);
  const { data } = options;
  prepareFolder(data);
  const lock = await lockFolder(data);
  running.closers.add(() => lock.release());
  const { host, port, basePath = '' } = options;
  const room = await openWaitingRoom({ host, ...pagesPort(port), basePath, tls, reason: 'standby' });
  running.closers.add(() => room.close());
  const { store, joined, exchange } = await openState(options, running, lock);
  room.say('waiting for a place among the hubs');
  const history = await openHistory(join(data, 'history'), { log: running.log, others: exchange });
  exchange.serve(history);
  running.closers.add(() => exchange.close());
  const drain = async (port: number) => {
    // A hub that has lost its state has nothing to give away: its adopter has it.
    if (!store.failure()) await drainHub({ ...options, port, tls }, joined, running);
  };
  return { store, joined: { ...joined, drain }, history, lock, text: describeKept(options), room };
}

function describeKept({
  cluster,
  clusterName = DEFAULT_CLUSTER_NAME,
  hubName = DEFAULT_HUB_NAME,
  data,
  lang,
}: StartOptions & { readonly cluster: readonly string[]; readonly data: string }): string {
  return wordsOf({ lang }).output.kept.cluster(hubName, clusterName, cluster.join(', '), data);
}

/** A second signal ends it. */
async function drainHub(
  {
    host,
    port,
    basePath = '',
    tls,
  }: Pick<StartOptions, 'host' | 'basePath'> & { port: number; tls?: Tls | undefined },
  { drain, drainMs }: OpenedState['joined'],
  { stopped$, log }: Running,
): Promise<void> {
  if (drainMs === 0) return;
  const where = { host, port, alternatives: 0, basePath, tls, reason: 'draining' as const };
  const room = await openWaitingRoom(where).catch((err: unknown) => {
    log.warn({ err }, 'the port of the pages cannot answer that the hub drains');
    return undefined;
  });
  try {
    await drain({ withinMs: drainMs, hurry$: stopped$.pipe(skip(1)) });
  } finally {
    room?.close();
  }
}

async function openState(
  options: StartOptions & { readonly cluster: readonly string[]; readonly data: string },
  { log, closers, failed$, stopping, stop }: Running,
  lock: FolderLock,
): Promise<OpenedState> {
  // Loaded only here: a standalone hub does not need it.
  const [
    { openNatsEngine },
    { joinCluster },
    { connectionNameOf },
    { DeviceClaims },
    { openClusterVault },
    { HistoryExchange },
  ] = await Promise.all([
    import('../cluster/nats/nats-engine.ts'),
    import('../cluster/cluster.ts'),
    import('../cluster/hub-cell.ts'),
    import('../cluster/device-claims.ts'),
    import('../cluster/accounts/cluster-vault.ts'),
    import('../cluster/history/history-exchange.ts'),
  ]);
  const { cluster, clusterName = DEFAULT_CLUSTER_NAME, hubName: hub = DEFAULT_HUB_NAME } = options;
  const owner = `${hostname()} (process ${process.pid})`;
  const engine = await openNatsEngine({
    servers: cluster,
    cluster: clusterName,
    credentials: options.clusterCredentials,
    systemCredentials: options.clusterSystemCredentials,
    ca: options.clusterCa,
    cert: options.clusterCert,
    key: options.clusterKey,
    name: connectionNameOf({ hub, instance: owner }),
    acceptsAnyVersion: options.clusterAnyVersion,
    signal: stopping,
  });
  closers.add(() => engine.close());
  const self = { engine, hub, instance: owner, log, signal: stopping };
  const hasAccounts = await moveToCluster({ ...self, cluster: clusterName, data: options.data, lock });
  const joined = await joinCluster(self);
  const { store, live$ } = joined;
  store.lost$.subscribe((failure) => failed$.error(failure));
  closers.add(() => store.close()); // In case the hub has not done so.
  joined.drainWanted$.pipe(take(1)).subscribe(() => stop());
  const hubs = { self: { hub, epoch: store.epoch }, live$ };
  const seed = hasAccounts ? await (await openFileVault(vaultPath(options))).read() : undefined;
  const place = `cluster ${clusterName}`;
  const vault = await openClusterVault({ engine, seed, place, signal: stopping });
  if (seed && !vault.hasSeed && seed.users.size + seed.tokens.size > 0)
    log.warn(
      { folder: options.data },
      'the users and tokens in the data folder are not used: the cluster has its own',
    );
  const claims = new DeviceClaims({ engine, hubs, scheduler: asyncScheduler });
  const onOther = (topic: string) => (other: string) =>
    log.info(`${topic} is run by hub ${other}: waiting until it is gone`);
  return {
    store,
    exchange: new HistoryExchange({ engine, hubs, log }),
    joined: {
      vault,
      hubs,
      announce: (addresses) => joined.announce(addresses),
      mayRun: (topic) => claims.untilOurs(topic, onOther(topic)),
      release: () => claims.close(),
      drainMs: (options.drainSeconds ?? DEFAULT_DRAIN_SECONDS) * 1_000,
      drain: (limits) => joined.drain(limits),
    },
  };
}

/** Throws `option/invalid` if other options contradict these. */
function checkCluster(
  { ephemeral = false, durability, clusterCert, clusterKey }: StartOptions,
  plugins: readonly Plugin[],
): void {
  const plugin = plugins.find(({ openStore }) => openStore);
  if (plugin)
    throw new HubError(
      'option/invalid',
      `--cluster keeps messages and sessions, but the plug-in ${quote(plugin.name)} brings a store; leave out one of the two`,
    );
  if (ephemeral)
    throw new HubError(
      'option/invalid',
      'with --ephemeral nothing is kept; leave out --cluster or --ephemeral',
    );
  if (durability !== 'process')
    throw new HubError(
      'option/invalid',
      `--durability ${durability} is for the data folder; in a cluster, sync_interval of nats-server decides what survives a power cut`,
    );
  if ((clusterCert === undefined) !== (clusterKey === undefined))
    throw new HubError('option/invalid', '--cluster-cert and --cluster-key need each other');
}

interface WaitingRoomOptions {
  readonly host?: string | undefined;
  readonly port: number;
  readonly alternatives: number;
  readonly basePath: string;
  readonly tls?: Tls | undefined;
  /** Why the hub serves no clients here. */
  readonly reason: Reason;
}

type Reason = 'standby' | 'waiting for a place among the hubs' | 'draining';

export interface WaitingRoom {
  readonly port: number;
  /** Gives another reason from now on. */
  say(reason: Reason): void;
  /** Frees the port. */
  close(): void;
}

/** Only monitoring connects here. */
const MAX_CONNECTIONS = 64;

/** After how long a client may try again, seconds. */
const RETRY_SECONDS = 2;

/**
 * Answers on the port of the pages while the hub does not: `/healthz` says that this process runs, `/readyz` and all other paths why it does not serve. Rejects with
 * `port/in-use` or `option/invalid`.
 */
export async function openWaitingRoom(options: WaitingRoomOptions): Promise<WaitingRoom> {
  const { host, port, alternatives, basePath, tls, reason } = options;
  const told = { basePath, reason };
  const server = createPagesServer((request, response) => answer(request, response, told), {
    tls,
    limits: DEFAULT_LIMITS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  const hosts = host === undefined ? LOOPBACK : [host];
  const listening = await listen(server, { hosts, port, alternatives });
  return {
    port: listening.port,
    say: (why) => {
      told.reason = why;
    },
    close: () => {
      listening.close();
      server.closeAllConnections();
    },
  };
}

function answer(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  { basePath, reason }: Pick<WaitingRoomOptions, 'basePath' | 'reason'>,
): void {
  const isHealthy = url.split('?')[0] === `${basePath}/healthz`;
  response.writeHead(isHealthy ? 200 : 503, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    ...(!isHealthy && { 'Retry-After': RETRY_SECONDS }),
  });
  response.end(JSON.stringify(isHealthy ? { ok: true } : { ok: false, reason }));
}
