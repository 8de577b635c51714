import { hostname } from 'node:os';
import { join } from 'node:path';
import { asyncScheduler } from 'rxjs';
import { HubError, quote } from '../core/error.ts';
import type { Hubs } from '../core/hubs.ts';
import type { History } from '../history/history.ts';
import { openHistory } from '../history/open-history.ts';
import type { Tls } from '../listeners/servers.ts';
import type { Plugin } from '../plugin.ts';
import type { Store } from '../session/store.ts';
import { prepareFolder } from '../storage/folder/data-folder.ts';
import { type FolderLock, lockFolder } from '../storage/folder/folder-lock.ts';
import { DEFAULT_CLUSTER_NAME, DEFAULT_HUB_NAME } from './cluster-options.ts';
import { pagesPort, type StartOptions } from './options.ts';
import type { Running } from './run-until-stopped.ts';
import { openWaitingRoom } from './waiting-room.ts';

/** A hub's place among the others of its cluster. */
export interface JoinedHub {
  readonly hubs: Hubs;
  /** Tells the others how clients reach this hub. */
  announce(addresses: readonly string[]): void;
  /** Resolves to true once no other hub runs what publishes at a topic, and this one may until `release`; to false if that comes first. */
  mayRun(topic: string): Promise<boolean>;
  /** Lets others run that. Nothing of it may run here any more. */
  release(): Promise<void>;
}

interface OpenedState {
  readonly store: Store;
  readonly joined: JoinedHub;
  readonly text: string;
}

/** What `start` needs of an opened cluster: the same as of a data folder, and the other hubs. */
interface OpenedCluster extends OpenedState {
  readonly history: History;
  readonly lock: FolderLock;
}

/**
 * Opens the state of a hub in its cluster, once no other process owns it; users, tokens and history are in the data folder. The program ends when
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
  const { text, ...opened } = await standBy(options, tls, () => openState(options, running));
  const history = await openHistory(join(data, 'history'), running);
  return { ...opened, history, lock, text: `${text}; users, tokens and history in ${data}` };
}

/** Answers those who watch the process until its state is opened. */
async function standBy<T>(
  { host, port, basePath = '' }: StartOptions,
  tls: Tls | undefined,
  open: () => Promise<T>,
): Promise<T> {
  const room = await openWaitingRoom({ host, ...pagesPort(port), basePath, tls });
  return open().finally(() => room.close());
}

async function openState(
  options: StartOptions & { readonly cluster: readonly string[] },
  { log, closers, failed$, stopping }: Running,
): Promise<OpenedState> {
  // Loaded only here: a hub of its own needs nothing of it.
  const [{ openNatsEngine }, { joinCluster }, { connectionNameOf }, { DeviceClaims }] = await Promise.all([
    import('../cluster/nats/nats-engine.ts'),
    import('../cluster/cluster.ts'),
    import('../cluster/hub-cell.ts'),
    import('../cluster/device-claims.ts'),
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
  });
  closers.add(() => engine.close());
  const joined = await joinCluster({ engine, hub, instance: owner, log, signal: stopping });
  const { store, live$ } = joined;
  store.lost$.subscribe((failure) => failed$.error(failure));
  closers.add(() => store.close()); // Unless the hub has done so.
  const hubs = { self: { hub, epoch: store.epoch }, live$ };
  const claims = new DeviceClaims({ engine, hubs, scheduler: asyncScheduler });
  const onOther = (topic: string) => (other: string) =>
    log.info(`${topic} is run by hub ${other}: waiting until it is gone`);
  return {
    store,
    joined: {
      hubs,
      announce: (addresses) => joined.announce(addresses),
      mayRun: (topic) => claims.untilOurs(topic, onOther(topic)),
      release: () => claims.close(),
    },
    text: `hub ${hub} of cluster ${clusterName}, on ${cluster.join(', ')}`,
  };
}

/** Throws `option/invalid` if other options say the contrary. */
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
