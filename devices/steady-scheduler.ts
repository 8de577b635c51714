import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';

/**
 * Timers with a clock that only ever goes forward, evenly, milliseconds. The time of day jumps when somebody sets it, as a Pi does that
 * has found the network: a fade would stand still for as long, or overshoot.
 */
export const steadyScheduler: SchedulerLike = {
  now: () => performance.now(),
  schedule<T>(
    work: (this: SchedulerAction<T>, state?: T) => void,
    delayMs?: number,
    state?: T,
  ): Subscription {
    return asyncScheduler.schedule(work, delayMs, state);
  },
};
