import {
  distinctUntilChanged,
  EMPTY,
  endWith,
  filter,
  fromEvent,
  map,
  merge,
  mergeMap,
  type Observable,
  race,
  scan,
  startWith,
  switchMap,
  take,
  takeUntil,
  timer,
} from 'rxjs';

/** Told each time that an element is pressed, and each time that it is let go. */
export type Press = (pressed: boolean) => void;

const PRESS_KEYS = [' ', 'Enter'];

/** How long a finger has to rest before it presses, milliseconds. One that begins to scroll the page has moved by then. */
const REST_MS = 120;

/** How far a finger may move and still rest, pixels. Browsers begin to scroll at about the same distance. */
const REST_PX = 10;

/** How long a tap presses, milliseconds: longer than an adapter takes a contact for bouncing. */
const TAP_MS = 100;

/**
 * Tells when an element is held down and let go, by mouse, touch, pen or keyboard, until it is unsubscribed. It stays down until the last of
 * several fingers or keys has left it. A finger presses once it rests, or when it taps; one that moves first scrolls the page instead.
 */
export function hold(element: Element, press: Press): { unsubscribe(): void } {
  let isDown = false;
  const set = (pressed: boolean) => {
    if (isDown === pressed) return;
    isDown = pressed;
    press(pressed);
  };
  const listening = watchHolds(element).subscribe(set);
  // A long touch is a press: no menu opens.
  listening.add(fromEvent(element, 'contextmenu').subscribe((event) => event.preventDefault()));
  // The finger that presses does not scroll, however far it slides.
  const still = (event: Event) => isDown && event.cancelable && event.preventDefault();
  element.addEventListener('touchmove', still, { passive: false });
  listening.add(() => element.removeEventListener('touchmove', still));
  listening.add(() => set(false));
  return listening;
}

/** Whether anything holds the element. */
function watchHolds(element: Element): Observable<boolean> {
  const pointers$ = fromEvent<PointerEvent>(element, 'pointerdown').pipe(
    filter(({ button }) => button === 0),
    map((down) => pointerHold(element, down)),
  );
  const keys$ = keyEvents(element, 'keydown').pipe(
    filter(({ repeat }) => !repeat),
    map((down) => keyHold(element, down)),
  );
  // A page that is hidden or left gets no key or pointer events any more.
  const leave$ = merge(
    fromEvent(element, 'blur'),
    fromEvent(document, 'visibilitychange'),
    fromEvent(window, 'pagehide'),
  );
  return merge(pointers$, keys$).pipe(
    mergeMap((hold$) => hold$.pipe(takeUntil(leave$), endWith(false), changesOfCount)),
    scan((count, change) => count + change, 0),
    map((count) => count > 0),
    distinctUntilChanged(),
  );
}

/** What each hold adds to the number of holds: 1 when it begins, −1 when it ends. */
function changesOfCount(isHolding$: Observable<boolean>): Observable<number> {
  return isHolding$.pipe(
    startWith(false),
    distinctUntilChanged(),
    map((isHolding) => (isHolding ? 1 : -1)),
    filter((change, index) => index > 0 || change > 0),
  );
}

/** Whether one pointer presses, from when it does to when it no longer does. */
function pointerHold(element: Element, down: PointerEvent): Observable<boolean> {
  const own = (type: string) =>
    fromEvent<PointerEvent>(element, type).pipe(filter(({ pointerId }) => pointerId === down.pointerId));
  // Captured, it also ends when the pointer has slipped off the element.
  element.setPointerCapture(down.pointerId);
  const ends = ['pointerup', 'pointercancel', 'lostpointercapture'].map(own);
  const held$ = downUntil(merge(...ends));
  if (down.pointerType !== 'touch') return held$;
  const strays$ = own('pointermove').pipe(filter((move) => distance(down, move) > REST_PX));
  return race(
    timer(REST_MS).pipe(map(() => held$)),
    own('pointerup').pipe(map(() => downUntil(timer(TAP_MS)))),
    merge(own('pointercancel'), strays$).pipe(map(() => EMPTY)),
  ).pipe(
    take(1),
    switchMap((hold$) => hold$),
  );
}

function downUntil(end$: Observable<unknown>): Observable<boolean> {
  return end$.pipe(
    take(1),
    map(() => false),
    startWith(true),
  );
}

function distance(from: PointerEvent, to: PointerEvent): number {
  return Math.hypot(to.clientX - from.clientX, to.clientY - from.clientY);
}

function keyHold(element: Element, down: KeyboardEvent): Observable<boolean> {
  return downUntil(keyEvents(element, 'keyup').pipe(filter(({ key }) => key === down.key)));
}

/** The events of the keys that press. What the browser does at these keys is left out: it would click. */
function keyEvents(element: Element, type: 'keydown' | 'keyup'): Observable<KeyboardEvent> {
  return fromEvent<KeyboardEvent>(element, type).pipe(
    filter((event) => {
      if (!PRESS_KEYS.includes(event.key)) return false;
      event.preventDefault();
      return true;
    }),
  );
}
