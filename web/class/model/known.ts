import {
  catchError,
  defer,
  distinctUntilChanged,
  exhaustMap,
  filter,
  from,
  map,
  merge,
  type Observable,
  of,
  scan,
  startWith,
  switchMap,
  take,
  timer,
} from 'rxjs';
import type { ClassApi, ClassState } from '../../../hub/client/api/class-api.ts';

/** The interval at which the class is requested, milliseconds: a new student must be visible within two seconds. */
const EVERY_MS = 1_000;

/** How long an answer may take, milliseconds: a network that is gone lets a request wait for minutes. */
const PATIENCE_MS = 10_000;

/** The known state of the class: the last answer, and whether a newer request has failed. */
export interface Known {
  readonly state: ClassState | undefined;
  readonly isStale: boolean;
}

interface Watching {
  readonly api: Pick<ClassApi, 'state'>;
  /** Whether the page is visible. */
  readonly isSeen: () => boolean;
  /** Emits to request the state at once. */
  readonly again$: Observable<unknown>;
}

/**
 * The class: at once, and whenever an answer differs. It is requested at regular intervals while the page is
 * visible, and on request. A failed request keeps the last answer.
 */
export function watchClass({ api, isSeen, again$ }: Watching): Observable<Known> {
  const ask$ = defer(() => {
    const answer$ = from(api.state()).pipe(
      map((state): Partial<Known> => ({ state, isStale: false })),
      catchError(() => of({ isStale: true })),
    );
    return merge(answer$, timer(PATIENCE_MS).pipe(map(() => ({ isStale: true })))).pipe(take(1));
  });
  const due$ = timer(EVERY_MS, EVERY_MS).pipe(filter(isSeen), startWith(0));
  return again$.pipe(
    startWith(undefined),
    // On a slow network an answer may take longer than the interval: no request takes its place.
    switchMap(() => due$.pipe(exhaustMap(() => ask$))),
    scan((known: Known, news) => ({ ...known, ...news }), { state: undefined, isStale: false }),
    // Most answers are the same as the one before: nothing has to be drawn again.
    distinctUntilChanged((one, other) => JSON.stringify(one) === JSON.stringify(other)),
  );
}
