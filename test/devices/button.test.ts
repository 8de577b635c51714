import { BehaviorSubject } from 'rxjs';
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
  const { run, bus, pins, retained } = createBench();
  await run('button/23');
  await bus.publish('button/23/pressed', 'true');
  await pass(50);
  expect(pins.level(23).value).toBe(0);
  expect(retained('button/23/pressed/actual')).toBe('true');
  await bus.publish('button/23/pressed', 'off');
  await pass(50);
  expect(retained('button/23/pressed/actual')).toBe('false');
});

test('a press is never retained, even if its publisher asks for it', async () => {
  const { run, set, bus, pins, retained, seen } = createBench();
  await run('button/23');
  expect(retained('button/23/pressed')).toBeUndefined();
  await bus.publish('button/23/pressed', 'true');
  await pass(1000);
  expect(retained('button/23/pressed')).toBeUndefined();
  await set('button/23/pressed', 'true');
  await pass(1000);
  expect(retained('button/23/pressed')).toBeUndefined();
  expect(pins.level(23).value).toBe(0);
  seen.length = 0;
  await pass(10_000);
  expect(seen).toEqual([]);
});

test('a press that a hub still retains does not press, and is cleared', async () => {
  const { run, set, pins, retained, seen } = createBench();
  await set('button/23/pressed', 'true');
  await run('button/23');
  expect(pins.level(23).value).toBe(1);
  expect(retained('button/23/pressed')).toBeUndefined();
  expect(seen.filter((line) => line.startsWith('button/23/error'))).toEqual([]);
});

test('that is pressed is let go when the hub is lost: nobody can let go of it then', async () => {
  const connection$ = new BehaviorSubject({ status: 'online' });
  const { run, bus, pins } = createBench({ connection$ });
  await run('button/23');
  await bus.publish('button/23/pressed', 'true');
  expect(pins.level(23).value).toBe(0);
  connection$.next({ status: 'offline' });
  expect(pins.level(23).value).toBe(1);
});

test.each([true, false])('tells pages whether it can be pressed from afar: %s', async (isSimulated) => {
  const { run, retained } = createBench({ isSimulated });
  await run('button/23');
  expect(JSON.parse(retained('button/23/info') ?? '').properties).toEqual({
    pressed: { type: 'boolean', settable: isSimulated, actual: true, momentary: true },
    bounce: { type: 'number', unit: 'ms', min: 0, max: 100, step: 1, settable: isSimulated, actual: false },
  });
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
  expect(retained('button/23/pressed')).toBeUndefined();
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
