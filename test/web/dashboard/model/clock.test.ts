import { expect, it } from 'vitest';
import { createClock } from '../../../../web/dashboard/model/clock.ts';

it('goes on when the time of day is set back, and knows that time of day', () => {
  let dayMs = 1000;
  const clock = createClock(() => dayMs);
  expect(clock.now()).toBe(1000);
  dayMs = 200;
  expect(clock.now()).toBe(1000);
  dayMs = 250;
  expect(clock.now()).toBe(1050);
  expect(clock.dateOf(1050)).toBe(250);
});

it('follows a jump forward, as of a computer that slept', () => {
  let dayMs = 1000;
  const clock = createClock(() => dayMs);
  clock.now();
  dayMs = 9000;
  expect(clock.now()).toBe(9000);
  expect(clock.dateOf(9000)).toBe(9000);
});
