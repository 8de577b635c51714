import { defer, type Observable, retry, type SchedulerLike, timer } from 'rxjs';

/** The pause before a script that failed to load is requested again, milliseconds. */
export const LOAD_AGAIN_MS = 5000;

/**
 * Loads a part of the page's script, and tries again while it cannot be had: the hub may be away. It never fails. An updated hub does not have
 * the part any more; then the session says that the page is outdated, and the page offers to reload.
 */
export function loadAgain<T>(load: () => Promise<T>, scheduler?: SchedulerLike): Observable<T> {
  return defer(load).pipe(
    retry({
      delay(error) {
        console.warn('a part of the page could not be loaded', error);
        return timer(LOAD_AGAIN_MS, scheduler);
      },
    }),
  );
}
