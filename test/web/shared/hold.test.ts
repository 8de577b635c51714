import { BehaviorSubject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hold, holdWhile } from '../../../web/shared/hold.ts';
import { point } from '../dashboard/pointer.ts';

let presses: boolean[];
let button: Element;
let holding: { unsubscribe(): void };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', new EventTarget());
  vi.stubGlobal('window', new EventTarget());
  presses = [];
  button = Object.assign(new EventTarget(), { setPointerCapture() {} }) as unknown as Element;
  holding = hold(button, (pressed) => presses.push(pressed));
});
afterEach(() => {
  holding.unsubscribe();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const touch = (type: string, fields: Partial<PointerEvent> = {}) =>
  point(button, type, { pointerType: 'touch', ...fields });
const key = (type: string, name: string) => {
  const event = Object.assign(new Event(type, { cancelable: true }), { key: name, repeat: false });
  button.dispatchEvent(event);
  return event;
};

describe('A finger', () => {
  it('that begins to scroll presses nothing', () => {
    touch('pointerdown');
    touch('pointermove', { clientY: 12 });
    touch('pointercancel');
    vi.advanceTimersByTime(10_000);
    expect(presses).toEqual([]);
  });

  it('that the browser takes to scroll before it has moved far presses nothing', () => {
    touch('pointerdown');
    touch('pointercancel');
    vi.advanceTimersByTime(10_000);
    expect(presses).toEqual([]);
  });

  it('that slides sideways presses nothing, also once it rests or lets go', () => {
    touch('pointerdown');
    touch('pointermove', { clientX: 30 });
    vi.advanceTimersByTime(10_000);
    touch('pointerup', { clientX: 30 });
    vi.advanceTimersByTime(10_000);
    expect(presses).toEqual([]);
  });

  it('that rests presses until it is lifted, even if it trembles', () => {
    touch('pointerdown');
    touch('pointermove', { clientX: 3, clientY: 3 });
    vi.advanceTimersByTime(200);
    expect(presses).toEqual([true]);
    touch('pointerup');
    expect(presses).toEqual([true, false]);
  });

  it('that taps presses, and lets go a little later', () => {
    touch('pointerdown');
    touch('pointerup');
    expect(presses).toEqual([true]);
    vi.advanceTimersByTime(200);
    expect(presses).toEqual([true, false]);
  });

  it('that presses and is taken by the browser lets go', () => {
    touch('pointerdown');
    vi.advanceTimersByTime(200);
    touch('pointercancel');
    expect(presses).toEqual([true, false]);
  });

  it('that presses keeps the page from scrolling, and a finger that does not lets it scroll', () => {
    touch('pointerdown');
    expect(point(button, 'touchmove').defaultPrevented).toBe(false);
    vi.advanceTimersByTime(200);
    expect(point(button, 'touchmove').defaultPrevented).toBe(true);
  });
});

describe('A second finger', () => {
  it('that leaves does not let go for the first', () => {
    touch('pointerdown', { pointerId: 1 });
    vi.advanceTimersByTime(200);
    touch('pointerdown', { pointerId: 2 });
    vi.advanceTimersByTime(200);
    touch('pointerup', { pointerId: 2 });
    touch('lostpointercapture', { pointerId: 2 });
    expect(presses).toEqual([true]);
    touch('pointerup', { pointerId: 1 });
    expect(presses).toEqual([true, false]);
  });

  it('keeps the button down when the first leaves', () => {
    touch('pointerdown', { pointerId: 1 });
    touch('pointerdown', { pointerId: 2 });
    vi.advanceTimersByTime(200);
    touch('pointerup', { pointerId: 1 });
    expect(presses).toEqual([true]);
    touch('pointercancel', { pointerId: 2 });
    expect(presses).toEqual([true, false]);
  });
});

describe('A mouse or a key', () => {
  it('presses at once, and lets go at once', () => {
    point(button, 'pointerdown');
    expect(presses).toEqual([true]);
    point(button, 'pointerup');
    expect(presses).toEqual([true, false]);
  });

  it('with another button presses nothing', () => {
    point(button, 'pointerdown', { button: 2 });
    expect(presses).toEqual([]);
  });

  it('is one of two keys: the last that is let go counts', () => {
    expect(key('keydown', ' ').defaultPrevented).toBe(true);
    key('keydown', 'Enter');
    key('keyup', ' ');
    expect(presses).toEqual([true]);
    key('keyup', 'Enter');
    expect(presses).toEqual([true, false]);
    key('keydown', 'a');
    expect(presses).toEqual([true, false]);
  });
});

it.each(['visibilitychange', 'pagehide', 'blur'])('Everything lets go at %s', (type) => {
  touch('pointerdown', { pointerId: 1 });
  vi.advanceTimersByTime(200);
  key('keydown', ' ');
  const targets = [document, window, button];
  for (const target of targets) target.dispatchEvent(new Event(type));
  expect(presses).toEqual([true, false]);
});

it('A button that goes lets go, and hears nothing any more', () => {
  point(button, 'pointerdown');
  holding.unsubscribe();
  point(button, 'pointerdown');
  expect(presses).toEqual([true, false]);
});

it('A button that may not be pressed any more lets go, and hears nothing until it may again', () => {
  holding.unsubscribe();
  const isAllowed$ = new BehaviorSubject(true);
  holding = holdWhile(isAllowed$, button, (pressed) => presses.push(pressed));
  point(button, 'pointerdown');
  isAllowed$.next(false);
  expect(presses).toEqual([true, false]);
  point(button, 'pointerup');
  point(button, 'pointerdown');
  expect(presses).toEqual([true, false]);
  isAllowed$.next(true);
  point(button, 'pointerdown');
  expect(presses).toEqual([true, false, true]);
});
