import type { Missed } from '../session/moving-session.ts';

/** Sessions that another hub had, and how much of the ledger has been applied to them. */
export interface MissedBy {
  /** A sequence of the ledger. */
  readonly position: number;
  readonly hub: string;
  /** The last epoch in which that hub served, if it is over: then no shared subscription picks that hub any more. */
  readonly epoch?: number;
}

/** How far the sessions of this hub are in the ledger, the one order of all hubs' messages. */
export interface SessionOrder {
  /** The sequence of the ledger up to which it has been applied to the sessions. */
  readonly position: number;
  /**
   * Calls `use` once with all messages that follow a sequence until now, for sessions that another hub had. Waits until the ledger is read up to that sequence.
   * Resolves to the result of `use`. Nothing is applied in between, so sessions that move here must be here when `use` returns.
   */
  since<T>(by: MissedBy, use: (missed: readonly Missed[]) => T): Promise<T>;
}
