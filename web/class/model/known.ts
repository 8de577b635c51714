import { catchError, defer, filter, map, merge, type Observable, of, scan, switchMap, timer } from 'rxjs';
import type { ClassApi, ClassState } from '../../../hub/client/api/class-api.ts';

/** How often the class is looked at, milliseconds: a newcomer is to be seen within two seconds. */
const EVERY_MS = 1_000;

/** What is known of the class: the last answer, and whether there is no newer one. */
export interface Known {
  readonly state: ClassState | undefined;
  readonly isStale: boolean;
}

interface Watching {
  readonly api: Pick<ClassApi, 'state'>;
  /** Whether somebody looks at the page. */
  readonly isSeen: () => boolean;
  /** Looks at once. */
  readonly again$: Observable<unknown>;
}

/** The class, at once, at equal times while somebody looks, and when told to. An answer that fails leaves the last one. */
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
