import { BehaviorSubject, NEVER } from 'rxjs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { drag } from '../../../../web/dashboard/view/drag.ts';
import { point } from '../pointer.ts';

/** A slider with the step 1, as in a browser. */
class Range extends EventTarget {
  #value = 0;

  get value(): string {
    return String(this.#value);
  }

  set value(text: string) {
    this.#value = Math.round(Number(text));
  }

  get valueAsNumber(): number {
    return this.#value;
  }

  /** The browser moves the thumb. */
  moveTo(value: number): void {
    this.#value = value;
    this.dispatchEvent(new Event('input'));
  }
}

beforeEach(() => void vi.stubGlobal('window', new EventTarget()));
afterEach(() => void vi.unstubAllGlobals());

function createBench(value = 42.5) {
  const range = new Range();
  const value$ = new BehaviorSubject<number | undefined>(value);
  value$.subscribe((shown) => {
    range.value = String(shown);
  });
  const sent: number[] = [];
  const held: boolean[] = [];
  const dragging = drag(range, {
    value$,
    refused$: NEVER,
    hold: () => held.push(true),
    set(next) {
      sent.push(next);
      value$.next(next);
    },
    release: () => held.push(false),
  });
  return { range, sent, held, dragging };
}

const finger = { pointerId: 7, pointerType: 'touch' };

it('sets nothing once a scroll has taken the finger, wherever the next one moves', () => {
  const { range, sent, held } = createBench();
  point(range, 'pointerdown', finger);
  range.moveTo(60);
  point(window, 'pointercancel', finger);
  point(window, 'pointermove', { ...finger, clientX: 200 });
  point(window, 'pointerup', finger);
  expect(sent).toEqual([]);
  expect(held).toEqual([true, false]);
});

it('sends the value itself again at a press that moves nothing, not what the slider shows of it', () => {
  const { range, sent } = createBench(42.4);
  point(range, 'pointerdown');
  point(window, 'pointerup');
  expect(sent).toEqual([42.4]);
});

it('goes back to the value itself when the browser takes the pointer', () => {
  const { range, sent } = createBench(42.4);
  point(range, 'pointerdown');
  range.moveTo(80);
  point(window, 'pointercancel');
  expect(sent).toEqual([80, 42.4]);
});

it('follows the pointer that was pressed, and no other', () => {
  const { range, sent, held } = createBench();
  point(range, 'pointerdown', finger);
  range.moveTo(60);
  point(window, 'pointermove', { pointerId: 8, clientX: 200 });
  point(window, 'pointerup', { pointerId: 8 });
  expect(sent).toEqual([]);
  point(window, 'pointerup', finger);
  expect(sent).toEqual([60]);
  expect(held).toEqual([true, false]);
});

it('sets what a finger that goes sideways has reached', () => {
  const { range, sent } = createBench();
  point(range, 'pointerdown', finger);
  range.moveTo(44);
  point(window, 'pointermove', { ...finger, clientX: 20, clientY: 3 });
  range.moveTo(50);
  point(window, 'pointerup', finger);
  expect(sent).toEqual([44, 50]);
});

it('gives the value back when the slider leaves the page under the hand', () => {
  const { range, sent, held, dragging } = createBench(30);
  point(range, 'pointerdown');
  range.moveTo(80);
  dragging.unsubscribe();
  expect(sent).toEqual([80, 30]);
  expect(held).toEqual([true, false]);
});
