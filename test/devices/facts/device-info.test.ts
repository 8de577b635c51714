import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDescription } from '../../../devices/facts/device-info.ts';

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
  expect(readDescription(text, 'led')).toEqual({
    kind: 'led',
    name: 'Lamp',
    gpios: [21],
    driver: 'pigpiod',
    steps: 2000,
    frequenciesHz: [100, 200],
    effects: ['none', 'blink'],
    limits: { frequency: { min: 100, max: 200 } },
    isPressable: false,
    properties: [],
    problems: [],
  });
});

it('leaves out invalid members', () => {
  const text = JSON.stringify({
    kind: 'led',
    name: 3,
    gpio: 'x',
    frequencies: [1, 'a', null],
    limits: { duty: 5, x: { min: 1 } },
  });
  expect(readDescription(text, 'led')).toMatchObject({
    name: undefined,
    gpios: [],
    frequenciesHz: [1],
    limits: {},
  });
});

it('reads no more than a page can handle', () => {
  const long = 'x'.repeat(1000);
  const many = Array.from({ length: 5000 }, (_, index) => index + 1);
  const text = JSON.stringify({
    kind: 'led',
    name: long,
    driver: long,
    gpios: many,
    frequencies: many,
    effects: [long, ...many.map((each) => `effect ${each}`)],
    limits: Object.fromEntries(many.map((each) => [`limit ${each}`, { min: 0, max: 1 }])),
  });
  const info = readDescription(text, 'led');
  expect(info?.name).toHaveLength(100);
  expect(info?.driver).toHaveLength(100);
  expect(info?.gpios).toHaveLength(100);
  expect(info?.frequenciesHz).toHaveLength(100);
  expect(info?.effects).toHaveLength(99);
  expect(Object.keys(info?.limits ?? {})).toHaveLength(100);
});

it('takes no range whose ends are the wrong way round, and no blank name', () => {
  const text = JSON.stringify({
    kind: 'led',
    name: ' ',
    effects: [''],
    limits: { duty: { min: 10, max: 0 }, transition: { min: 0, max: 10 } },
  });
  expect(readDescription(text, 'led')).toMatchObject({
    name: undefined,
    effects: [],
    limits: { transition: { max: 10 } },
  });
  expect(readDescription(text, 'led')?.limits).not.toHaveProperty('duty');
});

describe('a description', () => {
  it.each([
    ['{"kind":"led"}', []],
    ['{"properties":{}}', []],
    ['{kind:led}', ['json']],
    ['{"kind":"servo","properties":{}}', ['kind']],
    ['{"kind":"led","properties":[]}', ['object']],
    ['{"kind":"led","properties":{"x":{"type":"y"}}}', ['type']],
  ])('%s makes a device, with what is wrong with it', (text, faults) => {
    const info = readDescription(text, 'led');
    expect(info?.kind).toBe('led');
    expect(info?.problems.map(({ fault }) => fault)).toEqual(faults);
  });

  it.each(['', 'hello', '[]', '{}', '{"version":"1.40"}', '{"kind":"servo"}', '42'])(
    'is not what other programs publish at such a topic: %j',
    (text) => {
      expect(readDescription(text, 'led')).toBeUndefined();
    },
  );

  it('never breaks a page, whatever it is', () => {
    const mean = fc.record(
      { kind: fc.constantFrom('led', 1), properties: fc.jsonValue() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          mean.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          const info = readDescription(text, 'led');
          expect(info === undefined || info.kind === 'led').toBe(true);
        },
      ),
    );
  });
});
