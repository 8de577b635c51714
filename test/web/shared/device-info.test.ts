import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readDeviceInfo } from '../../../web/shared/device-info.ts';

it('reads what an adapter says', () => {
  const text = JSON.stringify({
    kind: 'led',
    name: 'Lamp',
    gpio: 21,
    driver: 'pigpiod',
    steps: 2000,
    frequencies: [100, 200],
    effects: ['none', 'blink'],
    limits: { frequency: { min: 100, max: 200 } },
  });
  expect(readDeviceInfo(text)).toEqual({
    kind: 'led',
    name: 'Lamp',
    gpios: [21],
    driver: 'pigpiod',
    steps: 2000,
    frequenciesHz: [100, 200],
    effects: ['none', 'blink'],
    limits: { frequency: { min: 100, max: 200 } },
    isPressable: false,
  });
});

it('leaves out what is not as it should be', () => {
  const text = JSON.stringify({
    kind: 'led',
    name: 3,
    gpio: 'x',
    frequencies: [1, 'a', null],
    limits: { duty: 5, x: { min: 1 } },
  });
  expect(readDeviceInfo(text)).toMatchObject({ name: undefined, gpios: [], frequenciesHz: [1], limits: {} });
});

it('takes any text, and any JSON', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      const info = readDeviceInfo(text);
      expect(info === undefined || typeof info.kind === 'string').toBe(true);
    }),
  );
});
