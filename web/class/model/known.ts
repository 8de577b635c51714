import {
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  map,
  type Observable,
  of,
  repeat,
  scan,
  startWith,
  switchMap,
  timeout,
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
 * The class: at once, and whenever an answer differs. It is requested on request, and a while after each answer as long as the page is visible. A
 * failed request keeps the last answer.
 */
export function watchClass({ api, isSeen, again$ }: Watching): Observable<Known> {
  const ask$ = defer(() => api.state()).pipe(
    timeout(PATIENCE_MS),
    map((state): Partial<Known> => ({ state, isStale: false })),
    catchError(() => of({ isStale: true })),
  );
  // Counted from the answer: on a slow network the next request would otherwise take its place, again and again.
  const later$ = timer(EVERY_MS).pipe(
    switchMap(() => (isSeen() ? ask$ : EMPTY)),
    repeat(),
  );
  return again$.pipe(
    startWith(undefined),
    switchMap(() => concat(ask$, later$)),
    scan((known: Known, news) => ({ ...known, ...news }), { state: undefined, isStale: false }),
    // Most answers are the same as the one before: nothing has to be drawn again.
    distinctUntilChanged((one, other) => JSON.stringify(one) === JSON.stringify(other)),
  );
}
