import type { Logger } from 'pino';
import type { SchedulerLike } from 'rxjs';
import type { Sessions } from '../session/sessions.ts';
import type { Store, StoredSession } from '../session/store.ts';
import type { Directory } from './directory.ts';
import type { Engine } from './engine.ts';
import type { MoveTables } from './move-tables.ts';
import type { SessionOrder } from './session-order.ts';

/** For how long an answer that may have been lost is known, milliseconds. */
export const MEMORY_MS = 60_000;

export interface HandOverOptions {
  readonly engine: Engine;
  /** This hub. */
  readonly hub: string;
  readonly directory: Directory;
  readonly store: Pick<Store, 'journal' | 'now'>;
  readonly moves: MoveTables;
  /** Default: there is no ledger. What becomes due to a session while it moves then goes with its release. */
  readonly order?: SessionOrder | undefined;
  readonly sessions: Pick<Sessions, 'surrender' | 'hold' | 'has' | 'appendDue' | 'catchUp'>;
  /** Restores sessions that are in the store already. */
  readonly restore: (stored: readonly StoredSession[]) => void;
  readonly scheduler: SchedulerLike;
  readonly log: Logger;
}

/** What both sides need. */
export interface MovingOptions extends HandOverOptions {
  /** For work that nobody waits for. */
  readonly inBackground: (work: Promise<void>) => void;
}

/** The clients that have sessions among these: a will that waits is a session that has ended, and its client's may be elsewhere. */
export function clientsOf(sessions: readonly StoredSession[]): readonly string[] {
  return sessions.flatMap(({ state }) => (state.expirySeconds > 0 ? state.clientIdentifier : []));
}
