import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench, pass } from './bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The pulse that corresponds to a fraction of 50 Hz's period, microseconds. */
function pulseUs(dutyPercent: number): number {
  return dutyPercent * 200;
}

test.each([
  ['-90', 1000, '-90'],
  ['0', 1500, '0'],
  ['90', 2000, '90'],
  ['45', 1750, '45'],
  ['10', 1555, '9.9'],
])('at %s degrees has pulses of %d microseconds', async (angle, us, actual) => {
  const { run, set, pins, retained } = createBench();
  await run('servo/18');
  await set('servo/18/angle', angle);
  await pass(50);
  expect(pins.state(18).value.frequencyHz).toBe(50);
  expect(pulseUs(pins.state(18).value.dutyPercent)).toBeCloseTo(us, 6);
  expect(retained('servo/18/angle/actual')).toBe(actual);
});

test('starts in the middle, and stays within its ends', async () => {
  const { run, set, pins, retained } = createBench();
  await run('servo/18');
  expect(pulseUs(pins.state(18).value.dutyPercent)).toBe(1500);
  await set('servo/18/angle', '400');
  await pass(50);
  expect(retained('servo/18/angle')).toBe('90');
  expect(pulseUs(pins.state(18).value.dutyPercent)).toBe(2000);
});

test('may have other ends, and an arm at an end moves with it', async () => {
  const { run, set, pins } = createBench();
  await run('servo/18');
  await set('servo/18/angle', '90');
  await set('servo/18/pulse-max', '2500');
  await set('servo/18/pulse-min', '1');
  await pass(50);
  expect(pulseUs(pins.state(18).value.dutyPercent)).toBe(2500);
  await set('servo/18/angle', '-90');
  await pass(50);
  expect(pulseUs(pins.state(18).value.dutyPercent)).toBe(500);
});

test('reports the angle to which another program has turned it', async () => {
  const { run, pins, retained } = createBench();
  await run('servo/18');
  pins.state(18).next({ dutyPercent: 5, frequencyHz: 50, steps: 4000 });
  await pass(50);
  expect(retained('servo/18/angle/actual')).toBe('-90');
  pins.state(18).next({ dutyPercent: 0, frequencyHz: 0, steps: 4000 });
  await pass(50);
  expect(retained('servo/18/angle/actual')).toBe('-90');
});
