import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBench, pass } from './bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('shows the color that a screen would, each part on its pin', async () => {
  const { run, set, pins, retained } = createBench();
  await run('rgb/5-6-13');
  await set('rgb/5-6-13/color', '#ff8000');
  await pass(50);
  const duties = [5, 6, 13].map((gpio) => pins.state(gpio).value.dutyPercent);
  expect(duties[0]).toBe(100);
  // sRGB's 50.2 % is 21.6 % of the light.
  expect(duties[1]).toBeCloseTo(21.6, 1);
  expect(duties[2]).toBe(0);
  expect(retained('rgb/5-6-13/color/actual')).toBe('#ff8000');
});

test.each(['#123456', '#FFFFFF', '"#00ff00"', 'abcdef', ' #808080 '])(
  '%s comes back as its own actual color',
  async (color) => {
    const { run, set, retained } = createBench();
    await run('rgb/5-6-13');
    await set('rgb/5-6-13/color', color);
    await pass(400);
    const canonical = `#${/[\da-f]{6}/i.exec(color)?.[0].toLowerCase()}`;
    expect(retained('rgb/5-6-13/color')).toBe(canonical);
    expect(retained('rgb/5-6-13/color/actual')).toBe(canonical);
  },
);

test.each(['red', '#fff', '#12345g', '', '#1234567', '{"color":"#ffffff"}'])(
  '%s is not a color',
  async (payload) => {
    const { run, set, retained, seen } = createBench();
    await run('rgb/5-6-13');
    await set('rgb/5-6-13/color', payload);
    expect(retained('rgb/5-6-13/color')).toBe('#000000');
    expect(seen.find((line) => line.startsWith('rgb/5-6-13/error'))).toContain('as in #ff8000');
  },
);

test.each(['5', '5-6', '5-6-13-19', '5-6-x', '5-6-54'])('%s does not name three pins', async (id) => {
  const { run, seen, retained } = createBench();
  await run(`rgb/${id}`);
  expect(seen.find((line) => line.startsWith(`rgb/${id}/error`))).toContain('"code":"device/invalid"');
  expect(retained(`rgb/${id}/status`)).toBe('offline');
});

test('needs three different pins', async () => {
  const { run, seen } = createBench();
  await run('rgb/5-5-6');
  expect(seen.find((line) => line.startsWith('rgb/5-5-6/error'))).toContain('"code":"pin/in-use"');
});

test('breathes with all three lights in step, and keeps its color', async () => {
  const { run, set, pins, retained } = createBench();
  await run('rgb/5-6-13');
  await set('rgb/5-6-13/color', '#ff8000');
  await set('rgb/5-6-13/effect', 'breathe');
  await pass(1000);
  const [red = 0, green = 0, blue = 0] = [5, 6, 13].map((gpio) => pins.state(gpio).value.dutyPercent);
  // A third of a breath: a quarter of the light.
  expect(red).toBeCloseTo(25, -1);
  expect(green / red).toBeCloseTo(0.216, 2);
  expect(blue).toBe(0);
  await set('rgb/5-6-13/effect', 'none');
  await pass(50);
  expect(retained('rgb/5-6-13/color/actual')).toBe('#ff8000');
  expect(retained('rgb/5-6-13/effect/actual')).toBe('none');
});

test('says so when another program drives one of its pins', async () => {
  const { run, pins, retained } = createBench();
  await run('rgb/5-6-13');
  await pass(1000);
  expect(retained('rgb/5-6-13/overridden/actual')).toBe('false');
  pins.state(6).next({ dutyPercent: 75, frequencyHz: 100, steps: 2000 });
  await pass(50);
  expect(retained('rgb/5-6-13/overridden/actual')).toBe('true');
});

test('describes its properties to pages', async () => {
  const { run, retained } = createBench();
  await run('rgb/5-6-13');
  expect(JSON.parse(retained('rgb/5-6-13/info') ?? '').properties).toEqual({
    color: { type: 'color', settable: true, actual: true },
    effect: { type: 'choice', options: ['none', 'blink', 'breathe'], settable: true, actual: true },
    overridden: { type: 'boolean', settable: false, actual: true },
  });
});
