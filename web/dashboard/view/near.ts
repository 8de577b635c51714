import type { DirectiveResult } from 'lit/directive.js';
import { type RootPart, render, type TemplateResult } from 'lit/html.js';
import { combineLatest, distinctUntilChanged, fromEvent, map, merge, Observable, startWith } from 'rxjs';
import { mount } from '../../shared/mount.ts';

/** Tells of an element whether it is on the screen or nearly so, at once and at every change. */
export type Nearness = (element: Element) => Observable<boolean>;

/** How far outside the screen an element still counts as near: half a screen above and below. */
const MARGIN = '50% 0px';

/** One watcher for all elements of the page. */
export function createNearness(): Nearness {
  const listeners = new Map<Element, (isNear: boolean) => void>();
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { rootMargin: MARGIN },
  );
  return (element) =>
    new Observable((observer) => {
      listeners.set(element, (isNear) => observer.next(isNear));
      watcher.observe(element);
      return () => {
        watcher.unobserve(element);
        listeners.delete(element);
      };
    });
}

/** Renders a view into an element when it comes near. Far away the view stays as it was and listens to nothing, unless it has the focus. */
export function whileNear(isNear: Nearness, view: () => TemplateResult): DirectiveResult {
  return mount(HTMLElement, (element) => {
    let root: RootPart | undefined;
    const subscription = isInUse$(element, isNear).subscribe((isInUse) => {
      if (isInUse && !root) root = render(view(), element);
      root?.setConnected(isInUse);
    });
    subscription.add(() => root?.setConnected(false));
    return subscription;
  });
}

function isInUse$(element: HTMLElement, isNear: Nearness): Observable<boolean> {
  const hasFocus$ = merge(
    fromEvent(element, 'focusin').pipe(map(() => true)),
    fromEvent(element, 'focusout').pipe(map(() => false)),
  ).pipe(startWith(false));
  return combineLatest([isNear(element), hasFocus$]).pipe(
    map((reasons) => reasons.some(Boolean)),
    distinctUntilChanged(),
  );
}
