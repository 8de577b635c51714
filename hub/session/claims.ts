import type { StoredSession } from './session-record.ts';
import type { Sessions, SurrenderOptions } from './sessions.ts';

/** Which hub of a cluster has a client. A hub of its own needs none of it. */
export interface Claims {
  /**
   * Resolves once no other hub has a connection or a session of this client, and the session that it had is here. Rejects with `session/taken-over` if the client
   * connects elsewhere meanwhile, and with `session/not-yours`.
   */
  claim(wanted: SurrenderOptions): Promise<Grant>;
}

export interface Grant {
  /** Call it within the turn in which the session is opened, before that. Throws `session/taken-over` if the client has connected elsewhere by then. */
  use(): void;
}

/** What other hubs need of one that serves. */
export interface Served {
  readonly sessions: Sessions;
  /** Restores sessions that are in the store already, as at the start, but while the hub serves. */
  readonly restore: (stored: readonly StoredSession[]) => void;
}
