import { combineLatest, distinctUntilChanged, map, type Observable, startWith } from 'rxjs';

/** The value that a control shows: the wanted one, or the actual one if there is no wanted one. */
export function wantedOrActual<T>(
  wanted$: Observable<T | undefined>,
  actual$: Observable<T | undefined>,
): Observable<T | undefined> {
  return combineLatest([wanted$, actual$.pipe(startWith(undefined))]).pipe(
    map(([wanted, actual]) => wanted ?? actual),
    distinctUntilChanged(),
  );
}
