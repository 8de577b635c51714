import type { Missed } from '../session/moving-session.ts';

/** Where the sessions of this hub are in the one order of all hubs' messages, the ledger. */
export interface SessionOrder {
  /** The sequence of the ledger up to which the sessions have had its effect. */
  readonly position: number;
  /**
   * What came behind a sequence for sessions that another hub had: until now, and at least up to that sequence, for which it waits. Nothing more has its effect before
   * the turn ends in which it resolves. A hub that was over is picked for no shared subscription any more; `epoch`: the last in which that hub served.
   */
  since(position: number, hub: string, epoch?: number): Promise<readonly Missed[]>;
}
