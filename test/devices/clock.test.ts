import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, pass } from './bench.ts';

const HOUR_MS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  ['back', -HOUR_MS],
  ['forward', HOUR_MS],
])('when somebody sets the time of day %s', (_, byMs) => {
  const setTheClock = () => vi.setSystemTime(Date.now() + byMs);

  test('a fade goes on evenly', async () => {
    const { run, set, pins } = createBench();
    await run('led/21');
    await set('led/21/transition', '2');
    await set('led/21/duty', '100');
    await pass(1_000);
    setTheClock();
    await pass(500);
    expect(pins.state(21).value.dutyPercent).toBeCloseTo(87.5, 0);
    await pass(600);
    expect(pins.state(21).value.dutyPercent).toBe(100);
  });

  test('a value that was published without being retained is retained once it has stood for a moment', async () => {
    const { run, bus, retained } = createBench();
    await run('led/21');
    await bus.publish('led/21/duty', '30');
    await pass(100);
    setTheClock();
    await pass(400);
    expect(retained('led/21/duty')).toBe('30');
  });
});
