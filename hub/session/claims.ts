import type { SurrenderOptions } from './sessions.ts';

/** Which hub of a cluster has a client. A hub of its own needs none of it. */
export interface Claims {
  /**
   * Resolves once no other hub has a connection or a session of this client, and the session that it had is here. Rejects with `session/taken-over` if the client
   * connects elsewhere meanwhile, with `session/not-yours`, and with `store/unavailable` if some hub does not answer.
   */
  claim(wanted: SurrenderOptions): Promise<Grant>;
}

export interface Grant {
  /** Call it within the turn in which the session is opened, before that. Throws `session/taken-over` if the client has connected elsewhere by then. */
  use(): void;
}
