import type { Missed } from '../session/moving-session.ts';

/** Sessions that another hub had, and what they have had the effect of. */
export interface MissedBy {
  /** A sequence of the ledger. */
  readonly position: number;
  readonly hub: string;
  /** The last in which that hub served, if it is over: then it is picked for no shared subscription any more. */
  readonly epoch?: number;
}

/** Where the sessions of this hub are in the one order of all hubs' messages, the ledger. */
export interface SessionOrder {
  /** The sequence of the ledger up to which the sessions have had its effect. */
  readonly position: number;
  /**
   * Calls `use` once with what came behind a sequence for sessions that another hub had: until now, and at least up to that sequence, for which it waits. Resolves to what `use`
   * returns. In between nothing has its effect: sessions that come here must be here when `use` returns.
   */
  since<T>(by: MissedBy, use: (missed: readonly Missed[]) => T): Promise<T>;
}
