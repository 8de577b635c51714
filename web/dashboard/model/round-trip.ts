import {
  asyncScheduler,
  catchError,
  combineLatest,
  distinctUntilChanged,
  exhaustMap,
  from,
  map,
  type Observable,
  of,
  type SchedulerLike,
  switchMap,
  timer,
} from 'rxjs';
import type { HubClient } from '../../../hub/client/hub-client.ts';
import { HubError } from '../../../hub/core/index.ts';

export interface RoundTripOptions {
  /** Time before the first measurement, milliseconds, so that it is not one of the page's own start. Default 500. */
  readonly firstMs?: number;
  /** Time between two measurements, milliseconds. Default 3000. */
  readonly intervalMs?: number;
  readonly scheduler?: SchedulerLike;
}

/**
 * The round trip to the hub and back, milliseconds, measured now and again while the page is visible and the hub is
 * there; `undefined` while it is not known.
 */
export function measureRoundTrip(
  client: Pick<HubClient, 'connection$' | 'ping'>,
  isVisible$: Observable<boolean>,
  { firstMs = 500, intervalMs = 3000, scheduler = asyncScheduler }: RoundTripOptions = {},
): Observable<number | undefined> {
  const isOnline$ = client.connection$.pipe(
    map(({ status }) => status === 'online'),
    distinctUntilChanged(),
  );
  return combineLatest([isOnline$, isVisible$]).pipe(
    switchMap(([isOnline, isVisible]) => {
      if (!isOnline) return of(undefined);
      if (!isVisible) return [];
      return timer(firstMs, intervalMs, scheduler).pipe(
        exhaustMap(() => from(client.ping()).pipe(catchError(unknown))),
      );
    }),
  );
}

/** A ping that the hub did not answer is not news: the connection's own state says so. */
function unknown(error: unknown): Observable<undefined> {
  if (error instanceof HubError && error.code === 'hub/unreachable') return of(undefined);
  throw error;
}
