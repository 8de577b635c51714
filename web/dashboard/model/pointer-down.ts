import { distinctUntilChanged, filter, fromEvent, map, merge, type Observable, scan, startWith } from 'rxjs';

/** After these the page may never hear that a pointer was let go. */
const LEAVING = ['blur', 'visibilitychange', 'pagehide'];

type Pointers = ReadonlySet<number>;
type Step = (down: Pointers) => Pointers;

/** Whether a finger, a pen or the main button of a mouse is down on the page, at once and at every change. */
export function pointerDown(page: EventTarget): Observable<boolean> {
  const on = (type: string) => fromEvent<PointerEvent>(page, type);
  const presses$ = on('pointerdown').pipe(
    filter(({ button }) => button === 0),
    map(
      ({ pointerId }): Step =>
        (down) =>
          new Set([...down, pointerId]),
    ),
  );
  const ends$ = merge(on('pointerup'), on('pointercancel')).pipe(
    map(
      ({ pointerId }): Step =>
        (down) =>
          new Set([...down].filter((id) => id !== pointerId)),
    ),
  );
  // The menu captures the pointer, unless the page has prevented it.
  const menus$ = on('contextmenu').pipe(filter((event) => !event.defaultPrevented));
  const leaves$ = merge(menus$, ...LEAVING.map(on)).pipe(map((): Step => () => new Set()));
  return merge(presses$, ends$, leaves$).pipe(
    scan((down, step) => step(down), new Set<number>() as Pointers),
    map((down) => down.size > 0),
    startWith(false),
    distinctUntilChanged(),
  );
}
