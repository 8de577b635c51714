import { filter, finalize, fromEvent, merge, type Observable, takeWhile, tap } from 'rxjs';

export interface PointerSteps {
  move(event: PointerEvent): void;
  /** The pointer was let go. */
  up(event: PointerEvent): void;
  /** The browser took the pointer, for example to scroll, or the following has ended. */
  cancel(): void;
}

/** Follows the pointer that was pressed, and no other, to its end. Exactly one of `up` and `cancel` is called, as the last step. */
export function followPointer({ pointerId }: PointerEvent, steps: PointerSteps): Observable<PointerEvent> {
  let isUp = false;
  const events$ = ['pointermove', 'pointerup', 'pointercancel'].map((type) =>
    fromEvent<PointerEvent>(window, type),
  );
  return merge(...events$).pipe(
    filter((event) => event.pointerId === pointerId),
    takeWhile(({ type }) => type === 'pointermove', true),
    tap((event) => {
      if (event.type === 'pointermove') steps.move(event);
      isUp = event.type === 'pointerup';
      if (isUp) steps.up(event);
    }),
    finalize(() => {
      if (!isUp) steps.cancel();
    }),
  );
}
