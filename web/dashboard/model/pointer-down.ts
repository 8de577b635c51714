import { distinctUntilChanged, fromEvent, map, merge, type Observable, startWith } from 'rxjs';

/** Whether a pointer is down on the page, at once and at every change. */
export function pointerDown(page: EventTarget): Observable<boolean> {
  const states$ = [
    ['pointerdown', true],
    ['pointerup', false],
    ['pointercancel', false],
  ] as const;
  return merge(...states$.map(([type, isDown]) => fromEvent(page, type).pipe(map(() => isDown)))).pipe(
    startWith(false),
    distinctUntilChanged(),
  );
}
