import { asyncScheduler, firstValueFrom, timer } from 'rxjs';
import { type ClusterStore, openClusterStore } from './cluster-store.ts';
import { UnansweredError } from './engine.ts';
import { type Cluster, JoinedCluster, type JoinOptions } from './joined-cluster.ts';
import type { EntryClock } from './ledger-frame.ts';
import { readAgain, readStart } from './ledger-start.ts';
import { checkHubName, LEDGER_LOG } from './log-names.ts';
import { joinOwners } from './owners.ts';
import { RecentEntries } from './recent-entries.ts';
import { unlessAborted } from './unless-aborted.ts';

export type { Cluster, JoinOptions } from './joined-cluster.ts';

/**
 * Opens the state of a hub as soon as no other process owns it, and joins the hub to the others. Rejects as `openClusterStore` does, and with `option/invalid`
 * if the hub has the name of a log that all hubs share.
 */
export async function joinCluster(options: JoinOptions): Promise<Cluster> {
  const { engine, hub, scheduler = asyncScheduler } = options;
  checkHubName(hub);
  let joined: JoinedCluster | undefined;
  const kept = await openClusterStore({ ...options, mayWait: () => joined?.health.mayWait ?? false });
  try {
    const answered = <T>(work: () => Promise<T>) => untilAnswered(work, kept, options);
    const log = await answered(() => engine.log(LEDGER_LOG));
    const hubLog = await answered(() => engine.log(hub));
    const clock: EntryClock = { now: kept.now, timeOfDay: kept.wallMs };
    const ledger = { engine, log, clock };
    const state = await answered(() => readStart(ledger, hub, kept));
    const position = () => joined?.peers.ledger.position ?? state.position;
    const read = (after: number, until: number) => readAgain(ledger, { after, until });
    const recent = new RecentEntries({ position, read, scheduler, clock });
    const owners = await answered(() => joinOwners({ ...options, epoch: kept.epoch, scheduler }));
    joined = new JoinedCluster(options, { kept, hubLog, log, clock, state, owners, recent });
    return joined;
  } catch (error) {
    await kept.close().catch((err: unknown) => {
      options.log.warn({ err }, 'other hubs learn only from silence that this one has ended');
    });
    throw error;
  }
}

/** How long to wait before the cluster is asked again, milliseconds. */
const RETRY_MS = 250;

/** Servers may be electing a leader: requests without an answer are repeated as long as this process owns the state of its hub. */
async function untilAnswered<T>(
  work: () => Promise<T>,
  kept: ClusterStore,
  { scheduler = asyncScheduler, signal }: JoinOptions,
): Promise<T> {
  for (;;) {
    try {
      return await unlessAborted(work(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      const failure = kept.failure();
      if (failure) throw failure;
      if (!(error instanceof UnansweredError)) throw error;
    }
    await firstValueFrom(timer(RETRY_MS, scheduler));
  }
}
