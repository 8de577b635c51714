import {
  asyncScheduler,
  catchError,
  combineLatest,
  distinctUntilChanged,
  EMPTY,
  expand,
  map,
  type Observable,
  of,
  type SchedulerLike,
  scan,
  switchMap,
  timer,
} from 'rxjs';
import { HubError, toHubError } from '../../../hub/core/index.ts';

/** The last value that was read, and why a later attempt failed, if one did. */
export interface Reading<T> {
  readonly value: T | undefined;
  readonly error: HubError | undefined;
}

export interface RefreshOptions {
  /** Time between two readings, milliseconds. */
  readonly everyMs: number;
  readonly isOnline$: Observable<boolean>;
  readonly isVisible$: Observable<boolean>;
  readonly scheduler?: SchedulerLike;
}

/** How long to wait after a failed attempt, milliseconds. */
export const RETRY_MS = 30_000;

/** Reads now and then while somebody sees the page and the hub is online, and at once when that begins. The last value stays. */
export function refresh<T>(read$: Observable<T>, options: RefreshOptions): Observable<Reading<T>> {
  const { everyMs, isOnline$, isVisible$, scheduler = asyncScheduler } = options;
  const attempt$ = read$.pipe(
    map((value): Reading<T> => ({ value, error: undefined })),
    catchError((error) => of<Reading<T>>({ value: undefined, error: toHubError(error) })),
  );
  const pause = ({ error }: Reading<T>) => (error ? Math.min(RETRY_MS, everyMs) : everyMs);
  const readings$ = attempt$.pipe(
    expand((reading) => timer(pause(reading), scheduler).pipe(switchMap(() => attempt$))),
  );
  return combineLatest([isOnline$, isVisible$]).pipe(
    distinctUntilChanged(([wasOnline, wasVisible], [isOnline, isVisible]) =>
      isOnline ? wasOnline && wasVisible === isVisible : !wasOnline,
    ),
    switchMap(([isOnline, isVisible]) => {
      if (!isOnline) return of<Reading<T>>({ value: undefined, error: gone() });
      return isVisible ? readings$ : EMPTY;
    }),
    scan((last, { value = last.value, error }) => ({ value, error })),
  );
}

function gone(): HubError {
  return new HubError('hub/unreachable', 'the hub is not connected');
}
