import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench } from './bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('devices that could not start are named, with the reason; the others run', async () => {
  const { run, retained } = createBench();
  const running = await run('led/21', 'servo/21', 'led/x');
  const refused = await running.refused();
  expect(refused.map(({ topic, reason }) => `${topic} ${reason.code}`)).toEqual([
    'servo/21 pin/in-use',
    'led/x device/invalid',
  ]);
  expect(retained('led/21/status')).toBe('online');
  await running.close();
});

test('a device that waits for its driver, or until it may run, is not waited for', async () => {
  const { run, pins } = createBench();
  pins.health$.next({ status: 'offline', reason: 'pigpiod went away' });
  const running = await run('led/21');
  expect(await running.refused()).toEqual([]);
  const elsewhere = await createBench({ mayRun: () => new Promise(() => {}) }).run('led/21');
  expect(await elsewhere.refused()).toEqual([]);
});
