import { filter, fromEvent, merge, type Subscription, switchMap, takeUntil, tap, timer } from 'rxjs';

/** How long a button is held before it repeats, and then how often, milliseconds: the same as for a keyboard. */
const HOLD_MS = 500;
const REPEAT_MS = 50;

/** Acts once at a click, by whatever means, and again and again while a pointer holds the button down. */
export function repeatWhileHeld(button: HTMLButtonElement, act: () => void): Subscription {
  let hasRepeated = false;
  const letGo = ({ pointerId }: PointerEvent) =>
    merge(
      fromEvent<PointerEvent>(window, 'pointerup'),
      fromEvent<PointerEvent>(window, 'pointercancel'),
      fromEvent<PointerEvent>(button, 'pointerleave'),
    ).pipe(filter((event) => event.pointerId === pointerId));
  const repeats$ = fromEvent<PointerEvent>(button, 'pointerdown').pipe(
    tap(() => {
      hasRepeated = false;
    }),
    filter((event) => event.button === 0),
    switchMap((press) => timer(HOLD_MS, REPEAT_MS).pipe(takeUntil(letGo(press)))),
  );
  const subscription = repeats$.subscribe(() => {
    hasRepeated = true;
    act();
  });
  subscription.add(
    fromEvent(button, 'click').subscribe(() => {
      // The click at the end of a hold is not a further press.
      if (!hasRepeated) act();
      hasRepeated = false;
    }),
  );
  return subscription;
}
