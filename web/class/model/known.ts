import { catchError, defer, filter, map, merge, type Observable, of, scan, switchMap, timer } from 'rxjs';
import type { ClassApi, ClassState } from '../../../hub/client/api/class-api.ts';

/** The interval at which the class is requested, milliseconds: a new student must be visible within two seconds. */
const EVERY_MS = 1_000;

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

/** The class: at once, at regular intervals while the page is visible, and on request. A failed request keeps the last answer. */
export function watchClass({ api, isSeen, again$ }: Watching): Observable<Known> {
  const due$ = timer(0, EVERY_MS).pipe(filter((count) => count === 0 || isSeen()));
  return merge(due$, again$).pipe(
    switchMap(() =>
      defer(() => api.state()).pipe(
        map((state): Partial<Known> => ({ state, isStale: false })),
        catchError(() => of({ isStale: true })),
      ),
    ),
    scan((known: Known, news) => ({ ...known, ...news }), { state: undefined, isStale: false }),
  );
}
