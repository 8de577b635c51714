import { filter, fromEvent, type Subscription, switchMap, take } from 'rxjs';
import type { Control } from '../../shared/control.ts';
import { followPointer, type PointerSteps } from './follow-pointer.ts';

/** How far a finger moves sideways before that counts as dragging the slider and not the page, CSS pixels. */
const SLOP_PX = 6;

/** The members of an `<input type="range">` that a drag needs. */
export type DragRange = EventTarget & Pick<HTMLInputElement, 'value' | 'valueAsNumber'>;

/** Makes a slider follow the pointer. From press to release nobody else moves it, and the arrow keys work as usual. */
export function drag(range: DragRange, control: Control<number>): Subscription {
  let gesture: Gesture | undefined;
  const gestures$ = fromEvent<PointerEvent>(range, 'pointerdown').pipe(
    filter(({ button, isPrimary }) => button === 0 && isPrimary),
    switchMap((press) => {
      const end = () => {
        gesture = undefined;
      };
      gesture = new Gesture(range, control, { press, end });
      return followPointer(press, gesture);
    }),
  );
  const subscription = gestures$.subscribe();
  subscription.add(
    fromEvent(range, 'input').subscribe(() => {
      if (gesture) gesture.input();
      else control.set(range.valueAsNumber);
    }),
  );
  return subscription;
}

interface GestureParts {
  readonly press: PointerEvent;
  readonly end: () => void;
}

/** One press of a pointer on a slider, to its end. */
class Gesture implements PointerSteps {
  readonly #range: DragRange;
  readonly #control: Control<number>;
  readonly #press: PointerEvent;
  readonly #end: () => void;
  /** The control's wanted value when the slider was pressed: the slider itself shows it rounded to its step. */
  readonly #before: number;
  /** A finger on a slider may be about to scroll the page. A mouse or pen is not. */
  #isMeant: boolean;
  #hasMoved = false;
  #hasSet = false;

  constructor(range: DragRange, control: Control<number>, { press, end }: GestureParts) {
    this.#range = range;
    this.#control = control;
    this.#press = press;
    this.#end = end;
    this.#before = shownBy(control) ?? range.valueAsNumber;
    this.#isMeant = press.pointerType !== 'touch';
    control.hold();
  }

  /** The browser has moved the thumb. */
  input(): void {
    this.#hasMoved = true;
    if (this.#isMeant) this.#set(this.#range.valueAsNumber);
  }

  move({ clientX, clientY }: PointerEvent): void {
    if (this.#isMeant) return;
    const across = Math.abs(clientX - this.#press.clientX);
    this.#isMeant = across > SLOP_PX && across > Math.abs(clientY - this.#press.clientY);
    if (this.#isMeant && this.#hasMoved) this.input();
  }

  /** A press that moved nothing sends the value again: another program may have changed the pin since. */
  up(): void {
    if (!this.#hasSet) this.#set(this.#hasMoved ? this.#range.valueAsNumber : this.#before);
    this.#control.release();
    this.#end();
  }

  cancel(): void {
    this.#range.value = String(this.#before);
    if (this.#hasSet) this.#set(this.#before);
    this.#control.release();
    this.#end();
  }

  #set(value: number): void {
    this.#hasSet = true;
    this.#control.set(value);
  }
}

/** The value that a control shows at this moment. */
function shownBy({ value$ }: Control<number>): number | undefined {
  let now: number | undefined;
  value$.pipe(take(1)).subscribe((value) => {
    now = value;
  });
  return now;
}
