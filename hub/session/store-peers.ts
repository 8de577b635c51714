import type { Hub } from '../core/hub.ts';
import type { Peers } from '../core/ports.ts';
import type { SurrenderOptions } from './session-moves.ts';
import type { Sessions } from './sessions.ts';
import type { Store, StoredSession } from './store.ts';

/** Finds out which hub of a cluster has a client. A standalone hub does not need this. */
export interface Claims {
  /**
   * Resolves once no other hub has a connection or a session of this client, and the session that it had is here. Rejects with `session/taken-over` if the client
   * connects elsewhere meanwhile, with `session/not-yours`, and with `store/unavailable` if some hub does not answer.
   */
  claim(wanted: SurrenderOptions): Promise<Grant>;
}

export interface Grant {
  /** Call it before the session is opened, within the same turn. Throws `session/taken-over` if the client has connected elsewhere by then. */
  use(): void;
}

/** A hub whose sessions are restored. */
export interface Served {
  readonly hub: Hub;
  readonly sessions: Sessions;
  /** Restores sessions that are already in the store, as at the start, but while the hub serves. */
  readonly restore: (stored: readonly StoredSession[]) => void;
}

export interface StorePeers extends Peers {
  /** Asks the other hubs for a client. */
  readonly claims: Claims;
  /** Joins a hub to the others; resolves when it has everything that they have published, and may serve. */
  start(served: Served): Promise<void>;
}

/** The other hubs of a store, if it joins a hub to them. */
export function storePeersOf({ peers }: Store): StorePeers | undefined {
  return peers && isStorePeers(peers) ? peers : undefined;
}

function isStorePeers(peers: Peers): peers is StorePeers {
  return 'start' in peers;
}
