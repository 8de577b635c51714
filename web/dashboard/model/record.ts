import { asyncScheduler, Observable, type SchedulerLike } from 'rxjs';
import type { History } from './history.ts';

/** Writes a value's changes into a history while it is subscribed to; emits nothing. */
export function record(
  value$: Observable<number | undefined>,
  history: History,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<never> {
  return new Observable((observer) =>
    value$.subscribe({
      next: (value) => {
        if (value !== undefined) history.push(scheduler.now(), value);
      },
      error: (error) => observer.error(error),
    }),
  );
}
