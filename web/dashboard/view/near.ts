import type { DirectiveResult } from 'lit/directive.js';
import type { RootPart, TemplateResult } from 'lit/html.js';
import {
  combineLatest,
  distinctUntilChanged,
  fromEvent,
  map,
  merge,
  type Observable,
  of,
  startWith,
  switchMap,
  timer,
} from 'rxjs';
import { mount } from '../../shared/mount.ts';
import { renderOn } from '../../shared/screen.ts';
import { createSight, type Sight } from '../../shared/sight.ts';

/** An element counts as near up to half a screen above and below the screen. */
const MARGIN = '50% 0px';

/** How long a view out of sight still listens, milliseconds: a search or a scroll often brings it back, and to begin again costs more. */
const LINGER_MS = 3000;

/**
 * Emits whether each element of a page is near the screen. Elements of the first view count as near at once: they all fit on the screen, and the
 * browser reports that only after layout, when the hub could already have sent their values.
 */
export function createNearness(isShown$: Observable<boolean>): Sight {
  const near = createSight(MARGIN);
  return (element) => isShown$.pipe(switchMap((isShown) => (isShown ? near(element) : of(true))));
}

/** Renders a view into an element when it comes near. Soon after it has gone far away the view stops listening, unless it has the focus. */
export function whileNear(isNear: Sight, view: () => TemplateResult): DirectiveResult {
  return mount(HTMLElement, (element, screen) => {
    let root: RootPart | undefined;
    const linger = (isInUse: boolean) =>
      isInUse || !root ? of(isInUse) : timer(LINGER_MS).pipe(map(() => false));
    const isListening$ = isInUse$(element, isNear).pipe(switchMap(linger), distinctUntilChanged());
    const subscription = isListening$.subscribe((isInUse) => {
      if (isInUse && !root) root = renderOn(screen(), view(), element);
      root?.setConnected(isInUse);
    });
    subscription.add(() => root?.setConnected(false));
    return subscription;
  });
}

function isInUse$(element: HTMLElement, isNear: Sight): Observable<boolean> {
  const hasFocus$ = merge(
    fromEvent(element, 'focusin').pipe(map(() => true)),
    fromEvent(element, 'focusout').pipe(map(() => false)),
  ).pipe(startWith(false));
  return combineLatest([isNear(element), hasFocus$]).pipe(
    map((reasons) => reasons.some(Boolean)),
    distinctUntilChanged(),
  );
}
