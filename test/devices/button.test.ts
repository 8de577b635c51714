import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench, pass } from './bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('is pressed while its pin is at ground, whoever pulls it there', async () => {
  const { run, pins, retained } = createBench();
  await run('button/23');
  expect(retained('button/23/pressed/actual')).toBe('false');
  pins.level(23).next(0);
  await pass(50);
  expect(retained('button/23/pressed/actual')).toBe('true');
});

test('on a simulated board is pressed and let go by a message', async () => {
  const { run, set, pins, retained } = createBench();
  await run('button/23');
  await set('button/23/pressed', 'true');
  await pass(50);
  expect(pins.level(23).value).toBe(0);
  expect(retained('button/23/pressed/actual')).toBe('true');
  await set('button/23/pressed', 'off');
  await pass(50);
  expect(retained('button/23/pressed/actual')).toBe('false');
});

test('lets its contact chatter for as long as it is told to', async () => {
  const { run, set, pins } = createBench();
  const { drives } = pins;
  await run('button/23');
  await set('button/23/bounce', '5');
  await set('button/23/pressed', 'true');
  expect(drives.at(-1)).toEqual({ gpio: 23, level: 0, bounceMs: 5 });
});

test('on real pins is pressed by a hand only, and says so', async () => {
  const { run, set, pins, seen, retained } = createBench({ isSimulated: false });
  await run('button/23');
  await set('button/23/pressed', 'true');
  expect(pins.level(23).value).toBe(1);
  expect(seen.find((line) => line.startsWith('button/23/error'))).toContain('"code":"pin/unsupported"');
  expect(retained('button/23/pressed')).toBe('false');
  expect(JSON.parse(retained('button/23/info') ?? '')).toMatchObject({
    pressable: false,
    gpio: 23,
    pull: 'up',
  });
});

test('a press shorter than the interval ends up let go', async () => {
  const { run, pins, retained } = createBench();
  await run('button/23');
  pins.level(23).next(0);
  pins.level(23).next(1);
  await pass(50);
  expect(retained('button/23/pressed/actual')).toBe('false');
});
