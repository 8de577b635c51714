import { distinctUntilChanged, fromEvent, map, type Observable, startWith } from 'rxjs';

/** Whether anybody can see the page, at once and at every change. */
export function pageVisibility(page: Document): Observable<boolean> {
  return fromEvent(page, 'visibilitychange').pipe(
    startWith(undefined),
    map(() => page.visibilityState === 'visible'),
    distinctUntilChanged(),
  );
}
