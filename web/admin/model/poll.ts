import {
  asyncScheduler,
  catchError,
  defer,
  filter,
  map,
  merge,
  type Observable,
  of,
  type SchedulerLike,
  scan,
  switchMap,
  timer,
} from 'rxjs';
import { type HubError, toHubError } from '../../../hub/core/index.ts';

/** The interval between requests, milliseconds. */
export const EVERY_MS = 2_000;

/** The last answer to a repeated question, and why there is no newer one. */
export interface Polled<T> {
  readonly value: T | undefined;
  readonly error: HubError | undefined;
}

export interface PollOptions {
  /** Asks at once. */
  readonly again$: Observable<unknown>;
  /** Whether somebody can see the answer. */
  readonly isVisible: () => boolean;
  readonly scheduler?: SchedulerLike;
}

/** Asks at once, at equal intervals while somebody looks, and on demand. An answer that fails leaves the last one. */
export function poll<T>(
  ask: () => Promise<T>,
  { again$, isVisible, scheduler = asyncScheduler }: PollOptions,
): Observable<Polled<T>> {
  const due$ = timer(0, EVERY_MS, scheduler).pipe(filter((count) => count === 0 || isVisible()));
  return merge(due$, again$).pipe(
    // Only the newest question counts: it may be about another page. If an answer takes longer than the pause, the question is asked again.
    switchMap(() =>
      defer(ask).pipe(
        map((value): Partial<Polled<T>> => ({ value, error: undefined })),
        catchError((error: unknown) => of({ error: toHubError(error) })),
      ),
    ),
    scan((known: Polled<T>, news) => ({ ...known, ...news }), { value: undefined, error: undefined }),
  );
}
