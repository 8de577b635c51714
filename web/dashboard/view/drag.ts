import { filter, fromEvent, merge, Subscription, switchMap, take, takeUntil, tap } from 'rxjs';
import type { Control } from '../../shared/control.ts';

/** How far a finger moves sideways before it means the slider and not the page, CSS pixels. */
const SLOP_PX = 6;

/** Has a slider follow the hand. From press to release nobody else moves it, and the arrow keys work as ever. */
export function drag(range: HTMLInputElement, control: Control<number>): Subscription {
  let gesture: Gesture | undefined;
  const presses$ = fromEvent<PointerEvent>(range, 'pointerdown').pipe(
    filter(({ button, isPrimary }) => button === 0 && isPrimary),
  );
  const gestures$ = presses$.pipe(
    switchMap((press) => {
      const current = new Gesture(range, control, press);
      gesture = current;
      const ends$ = merge(
        fromEvent(window, 'pointerup').pipe(tap(() => current.release())),
        fromEvent(window, 'pointercancel').pipe(tap(() => current.cancel())),
      ).pipe(
        take(1),
        tap(() => {
          gesture = undefined;
        }),
      );
      const moves$ = fromEvent<PointerEvent>(window, 'pointermove').pipe(tap((event) => current.move(event)));
      return merge(ends$, moves$.pipe(takeUntil(fromEvent(window, 'pointerup'))));
    }),
  );
  const subscription = new Subscription(() => gesture?.cancel());
  subscription.add(gestures$.subscribe());
  subscription.add(
    fromEvent(range, 'input').subscribe(() => {
      if (gesture) gesture.input();
      else control.set(range.valueAsNumber);
    }),
  );
  return subscription;
}

/** One press of a pointer on a slider, to its end. */
class Gesture {
  readonly #range: HTMLInputElement;
  readonly #control: Control<number>;
  readonly #press: PointerEvent;
  /** What the slider showed when it was pressed. */
  readonly #before: number;
  /** A finger on a slider may be about to scroll the page. A mouse or pen is not. */
  #isMeant: boolean;
  #hasSet = false;

  constructor(range: HTMLInputElement, control: Control<number>, press: PointerEvent) {
    this.#range = range;
    this.#control = control;
    this.#press = press;
    this.#before = range.valueAsNumber;
    this.#isMeant = press.pointerType !== 'touch';
    control.hold();
  }

  /** The browser has moved the thumb. */
  input(): void {
    if (this.#isMeant) this.#set(this.#range.valueAsNumber);
  }

  move({ clientX, clientY }: PointerEvent): void {
    if (this.#isMeant) return;
    const across = Math.abs(clientX - this.#press.clientX);
    this.#isMeant = across > SLOP_PX && across > Math.abs(clientY - this.#press.clientY);
    if (this.#isMeant) this.input();
  }

  /** A press that moved nothing sends the value again: another program may have changed the pin since. */
  release(): void {
    if (!this.#hasSet) this.#set(this.#range.valueAsNumber);
    this.#control.release();
  }

  /** The browser took the pointer away, to scroll for example. */
  cancel(): void {
    this.#range.value = String(this.#before);
    if (this.#hasSet) this.#set(this.#before);
    this.#control.release();
  }

  #set(value: number): void {
    this.#hasSet = true;
    this.#control.set(value);
  }
}
