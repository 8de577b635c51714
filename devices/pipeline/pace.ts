import type { SchedulerLike } from 'rxjs';

/** How fast a stream may go, and whose clock says so. */
export interface Pace {
  /** The least time from the start of one write to the start of the next, milliseconds. */
  readonly intervalMs: number;
  /** The clock and the timers; a virtual one in tests. */
  readonly scheduler: SchedulerLike;
}

/** The least time between two writes to a pin or two publications of its state unless set, milliseconds. */
export const DEFAULT_INTERVAL_MS = 20;
