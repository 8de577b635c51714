import { Observable } from 'rxjs';

/** Emits whether an element is in sight, soon after the subscription and at every change. */
export type Sight = (element: Element) => Observable<boolean>;

/**
 * One watcher for many elements; an element has one listener. `margin` is how far outside the window an element still counts as in sight,
 * as in CSS, per side: `200px`, `50% 0px`.
 */
export function createSight(margin = '0px'): Sight {
  const listeners = new Map<Element, (isInSight: boolean) => void>();
  let made: IntersectionObserver | undefined;
  const watcher = () => {
    made ??= new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
      },
      { rootMargin: margin },
    );
    return made;
  };
  return (element) =>
    new Observable((observer) => {
      listeners.set(element, (isInSight) => observer.next(isInSight));
      watcher().observe(element);
      return () => {
        watcher().unobserve(element);
        listeners.delete(element);
      };
    });
}
