import { pino } from 'pino';
import { type ClusterStore, openClusterStore } from '../../hub/cluster/cluster-store.ts';
import type { HubError } from '../../hub/core/error.ts';
import type { SimulatedCluster, SimulatedEngine } from './simulated-cluster.ts';
import type { SimulatedTime } from './simulated-time.ts';

export interface StoreProcess {
  readonly engine: SimulatedEngine;
  readonly opening: Promise<ClusterStore>;
  /** The log lines of the process. */
  readonly lines: readonly string[];
  /** The store, once it is open. */
  store: ClusterStore | undefined;
  /** The reason why the process may no longer serve. */
  lost: HubError | undefined;
}

interface StartOptions {
  readonly cluster: SimulatedCluster;
  readonly time: SimulatedTime;
  readonly name: string;
  readonly signal?: AbortSignal;
  readonly smallLogBytes?: number;
}

/** A process that serves the hub `main`, or waits until it may. */
export function startProcess({ cluster, time, name, ...options }: StartOptions): StoreProcess {
  const engine = cluster.join();
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line).msg) });
  const opening = openClusterStore({ ...options, engine, hub: 'main', instance: name, log, scheduler: time });
  const process: StoreProcess = { engine, opening, lines, store: undefined, lost: undefined };
  opening.then(
    (store) => {
      process.store = store;
      store.lost$.subscribe((failure) => {
        process.lost = failure;
      });
    },
    () => undefined, // The caller that waits for `opening` gets the error.
  );
  return process;
}
