import { asyncScheduler, type SchedulerAction, type SchedulerLike, type Subscription } from 'rxjs';

/**
 * A scheduler whose clock, in milliseconds, only goes forward, at a steady rate. The system clock jumps when it is set, for example when a Pi
 * gets the time from the network: a fade would then freeze for as long, or overshoot.
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
