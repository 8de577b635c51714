import type { Hub } from '../core/hub.ts';
import type { Peers } from '../core/peers.ts';
import type { Claims } from './claims.ts';
import type { Sessions } from './sessions.ts';
import type { Store, StoredSession } from './store.ts';

/** A hub whose sessions are restored. */
export interface Served {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** Restores sessions that are in the store already, as at the start, but while the hub serves. */
  readonly restore: (stored: readonly StoredSession[]) => void;
}

export interface StorePeers extends Peers {
  /** Asks the other hubs for a client. */
  readonly claims: Claims;
  /** Joins a hub to the others; resolves when it has all that they have published, and may serve. */
  start(served: Served): Promise<void>;
}

/** The other hubs of a store, as far as it joins a hub to them. */
export function storePeersOf({ peers }: Store): StorePeers | undefined {
  return peers && isStorePeers(peers) ? peers : undefined;
}

function isStorePeers(peers: Peers): peers is StorePeers {
  return 'start' in peers;
}
