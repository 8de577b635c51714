import {
  connect,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  pairwise,
  scan,
  startWith,
  takeUntil,
} from 'rxjs';

type Step<T, V> = (known: ReadonlyMap<T, V>) => ReadonlyMap<T, V>;

/**
 * The last value of each item of the newest list, in no order: at once, and at every change. Each item is followed once, from when it comes
 * to when it goes.
 */
export function followEach<T, V>(
  list$: Observable<readonly T[]>,
  follow: (item: T) => Observable<V>,
): Observable<ReadonlyMap<T, V>> {
  return list$.pipe(
    connect((lists$) => merge(valuesOf(lists$, follow), goneOf<T, V>(lists$))),
    scan((known, step) => step(known), new Map() as ReadonlyMap<T, V>),
    startWith(new Map<T, V>()),
  );
}

function valuesOf<T, V>(
  lists$: Observable<readonly T[]>,
  follow: (item: T) => Observable<V>,
): Observable<Step<T, V>> {
  return changesOf(lists$).pipe(
    mergeMap(({ came }) => came),
    mergeMap((item) =>
      follow(item).pipe(
        takeUntil(lists$.pipe(filter((list) => !list.includes(item)))),
        map(
          (value): Step<T, V> =>
            (known) =>
              new Map(known).set(item, value),
        ),
      ),
    ),
  );
}

function goneOf<T, V>(lists$: Observable<readonly T[]>): Observable<Step<T, V>> {
  return changesOf(lists$).pipe(
    filter(({ went }) => went.length > 0),
    map(
      ({ went }): Step<T, V> =>
        (known) =>
          new Map([...known].filter(([item]) => !went.includes(item))),
    ),
  );
}

function changesOf<T>(lists$: Observable<readonly T[]>): Observable<Record<'came' | 'went', readonly T[]>> {
  return lists$.pipe(
    startWith([] as readonly T[]),
    pairwise(),
    map(([before, now]) => ({
      came: now.filter((item) => !before.includes(item)),
      went: before.filter((item) => !now.includes(item)),
    })),
  );
}
