import type { SchedulerLike } from 'rxjs';

/** The minimum interval of a stream of writes, and the clock that measures it. */
export interface Pace {
  /** The least time from the start of one write to the start of the next, milliseconds. */
  readonly intervalMs: number;
  /** The clock and timers; virtual in tests. */
  readonly scheduler: SchedulerLike;
}

/** The default minimum time between two writes to a pin or two publications of its state, milliseconds. */
export const DEFAULT_INTERVAL_MS = 20;
