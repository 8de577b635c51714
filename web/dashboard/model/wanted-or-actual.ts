import { combineLatest, distinctUntilChanged, map, type Observable, startWith } from 'rxjs';

/** What a control stands at: at what is wanted; while nobody has said that, at what is. */
export function wantedOrActual<T>(
  wanted$: Observable<T | undefined>,
  actual$: Observable<T | undefined>,
): Observable<T | undefined> {
  return combineLatest([wanted$, actual$.pipe(startWith(undefined))]).pipe(
    map(([wanted, actual]) => wanted ?? actual),
    distinctUntilChanged(),
  );
}
