import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Engine } from './engine.ts';

export interface ClusterStoreOptions {
  readonly engine: Engine;
  /** The hub whose state it is. */
  readonly hub: string;
  /** This process, under a name that no other process has and that users understand. */
  readonly instance: string;
  readonly log: Logger;
  /** Default: real time. */
  readonly scheduler?: SchedulerLike;
  /** Ends every wait of a hub that starts: for a state that another process owns, for servers that elect a leader, for its place among the other hubs. */
  readonly signal?: AbortSignal;
  /** A log up to this length is never compacted, bytes. Default 1 MiB. */
  readonly smallLogBytes?: number;
  /** Default: the system's clocks. */
  readonly clock?: ClusterClock;
  /** Returns whether the owner may wait while the servers keep nothing: only if no other process can have taken over. Default: the owner ends itself. */
  readonly mayWait?: () => boolean;
}

export interface ClusterClock {
  /** The time of day, milliseconds since 1970. */
  wallMs(): number;
  monotonicMs(): number;
}
