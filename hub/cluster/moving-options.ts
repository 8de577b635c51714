import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Sessions } from '../session/sessions.ts';
import type { Store, StoredSession } from '../session/store.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import type { MoveTables } from './move-tables.ts';
import type { SessionOrder } from './session-order.ts';

/** How long an answer that may have been lost is remembered, milliseconds. */
export const MEMORY_MS = 60_000;

export interface HandOverOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  readonly directory: Directory;
  readonly store: Pick<Store, 'journal' | 'now'>;
  readonly moves: MoveTables;
  /** Default: there is no ledger. Messages queued for a session while it moves are then sent with its release. */
  readonly order?: SessionOrder | undefined;
  readonly sessions: Pick<Sessions, 'has' | 'moves'>;
  /** Restores sessions that are already in the store. */
  readonly restore: (stored: readonly StoredSession[]) => void;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
}

/** Options that both sides of a move need. */
export interface MovingOptions extends HandOverOptions {
  /** Runs work that nobody waits for. Work that fails is repeated from its beginning. */
  readonly inBackground: (work: () => Promise<void>) => void;
}

/** The clients that have sessions among these: a stored will belongs to a session that has ended, and the client's present session may be at another hub. */
export function clientsOf(sessions: readonly StoredSession[]): readonly string[] {
  return sessions.flatMap(({ state }) => (state.expirySeconds > 0 ? state.clientIdentifier : []));
}
