import { pino } from 'pino';
import { asyncScheduler } from 'rxjs';
import { type ClusterStore, openClusterStore } from '../../hub/cluster/cluster-store.ts';
import { gatherCluster } from '../../hub/cluster/gathering.ts';
import { writeSingleHub } from '../../hub/cluster/single-hub.ts';
import { SimulatedCluster } from './simulated-cluster.ts';
import type { SimulatedTime } from './simulated-time.ts';

const log = pino({ level: 'silent' });

/** The data that a standalone hub finds after a cluster at rest was imported. Close it. */
export async function importCluster(
  cluster: SimulatedCluster,
  time: SimulatedTime,
  hubs: readonly string[],
): Promise<ClusterStore> {
  const other = new SimulatedCluster({ time: asyncScheduler, random: () => 0 });
  const target = { engine: other.join(), hub: 'main', instance: 'x', log };
  const store = await openClusterStore(target);
  const clock = { now: store.now, timeOfDay: Date.now };
  await writeSingleHub(store, await time.settle(gatherCluster({ engine: cluster.join(), hubs, clock, log })));
  await store.close();
  return openClusterStore(target);
}
