import { expect, it } from 'vitest';
import { pointerDown } from '../../../../web/dashboard/model/pointer-down.ts';
import { point } from '../pointer.ts';

function createBench(page = new EventTarget()) {
  const states: boolean[] = [];
  pointerDown(page).subscribe((isDown) => states.push(isDown));
  return { page, states };
}

it('is down until the last pointer is up', () => {
  const { page, states } = createBench();
  point(page, 'pointerdown', { pointerId: 1 });
  point(page, 'pointerdown', { pointerId: 2 });
  point(page, 'pointerup', { pointerId: 1 });
  expect(states).toEqual([false, true]);
  point(page, 'pointercancel', { pointerId: 2 });
  expect(states).toEqual([false, true, false]);
});

it('is not down for another button of a mouse', () => {
  const { page, states } = createBench();
  point(page, 'pointerdown', { button: 2 });
  expect(states).toEqual([false]);
});

it.each(['blur', 'contextmenu', 'visibilitychange', 'pagehide'])('is up after %s', (type) => {
  const { page, states } = createBench();
  point(page, 'pointerdown');
  page.dispatchEvent(new Event(type));
  expect(states).toEqual([false, true, false]);
});

it('stays down if the page wants no menu', () => {
  const page = new EventTarget();
  page.addEventListener('contextmenu', (event) => event.preventDefault());
  const { states } = createBench(page);
  point(page, 'pointerdown');
  page.dispatchEvent(new Event('contextmenu', { cancelable: true }));
  expect(states).toEqual([false, true]);
});
