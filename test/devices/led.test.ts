import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBench, pass } from './bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Longer than it takes until a value counts as at rest. */
const REST_MS = 400;

describe('the desired state', () => {
  test('of a fresh LED is half of its light, and every slider gets it', async () => {
    const { run, retained, pins } = createBench();
    await run('led/21');
    expect(retained('led/21/duty')).toBe('50');
    expect(retained('led/21/frequency')).toBe('100');
    expect(retained('led/21/transition')).toBe('0');
    expect(retained('led/21/effect')).toBe('none');
    expect(pins.state(21).value).toEqual({ dutyPercent: 50, frequencyHz: 100, steps: 2000 });
  });

  test('is taken up from what the hub retains, without the initial light between', async () => {
    const { run, set, pins } = createBench();
    await set('led/21/duty', '70');
    await set('led/21/frequency', '200');
    await run('led/21');
    expect(pins.writes).toEqual([
      { gpio: 21, frequencyHz: 200, steps: 1000 },
      { gpio: 21, dutyPercent: 70 },
    ]);
  });

  test('is not written to a pin that is as desired already', async () => {
    const { run, set, pins } = createBench();
    pins.state(21).next({ dutyPercent: 70, frequencyHz: 100, steps: 2000 });
    await set('led/21/duty', '70');
    await run('led/21');
    expect(pins.writes).toEqual([]);
  });

  test('publishes its value again if the retained payload is not a value', async () => {
    const { run, set, retained, seen } = createBench();
    await set('led/21/duty', 'banana');
    await run('led/21');
    expect(retained('led/21/duty')).toBe('50');
    expect(seen.some((line) => line.startsWith('led/21/error'))).toBe(true);
  });

  test('is retained once it has stood for a moment, even if its publisher did not ask for that', async () => {
    const { run, bus, retained, seen } = createBench();
    await run('led/21');
    for (const duty of ['40', '41', '42']) {
      await bus.publish('led/21/duty', duty);
      await pass(100);
      expect(retained('led/21/duty')).toBe('50');
    }
    seen.length = 0;
    await pass(REST_MS);
    expect(retained('led/21/duty')).toBe('42');
    expect(seen).toEqual(['led/21/duty 42']);
  });

  test.each(['42', '42.0'])('that came retained is never published a second time: %s', async (payload) => {
    const { run, set, seen } = createBench();
    await run('led/21');
    seen.length = 0;
    await set('led/21/duty', payload);
    await pass(10_000);
    expect(seen.filter((line) => line.startsWith('led/21/duty '))).toEqual([`led/21/duty ${payload}`]);
  });

  test('that came without retain is not repeated once a retained one has come', async () => {
    const { run, set, bus, seen, retained } = createBench();
    await run('led/21');
    seen.length = 0;
    await bus.publish('led/21/duty', '40');
    await pass(100);
    await set('led/21/duty', '41');
    await pass(10_000);
    expect(seen.filter((line) => line.startsWith('led/21/duty '))).toEqual([
      'led/21/duty 40',
      'led/21/duty 41',
    ]);
    expect(retained('led/21/duty')).toBe('41');
  });

  test('that is corrected for a publisher who did not ask to retain it is sent to everybody, even if the hub retains it already', async () => {
    const { run, set, bus, seen } = createBench();
    await run('led/21');
    await set('led/21/duty', '100');
    seen.length = 0;
    await bus.publish('led/21/duty', '150');
    await pass(10_000);
    expect(seen.filter((line) => line.startsWith('led/21/duty '))).toEqual([
      'led/21/duty 150',
      'led/21/duty 100',
    ]);
  });

  test('comes to rest when two adapters share one LED, rather than going back and forth', async () => {
    const { run, runElsewhere, bus, seen } = createBench();
    await run('led/21');
    await runElsewhere('led/21');
    await bus.publish('led/21/duty', '40');
    await bus.publish('led/21/duty', '150');
    await pass(2000);
    seen.length = 0;
    await pass(10_000);
    expect(seen).toEqual([]);
  });
});

describe('a request', () => {
  test.each([
    ['42.5', 42.5],
    [' 42 ', 42],
    ['"42"', 42],
    ['42%', 42],
    ['"42 %"', 42],
    ['4.2e1', 42],
    ['{"duty":42}', 42],
    ['{"duty":"42%"}', 42],
  ])('%s sets %d percent', async (payload, percent) => {
    const { run, set, pins, retained } = createBench();
    await run('led/21');
    await set('led/21/duty', payload);
    await pass(REST_MS);
    expect(pins.state(21).value.dutyPercent).toBe(percent);
    expect(retained('led/21/duty')).toBe(String(percent));
    expect(retained('led/21/duty/actual')).toBe(String(percent));
  });

  test.each([
    ['150', '100'],
    ['-3', '0'],
    ['1e9', '100'],
    ['-1e999', '0'],
  ])('%s is out of range: it counts as %s, and is corrected for all', async (payload, corrected) => {
    const { run, set, pins, seen } = createBench();
    await run('led/21');
    seen.length = 0;
    await set('led/21/duty', payload);
    expect(seen).toContain(`led/21/duty ${corrected}`);
    expect(pins.state(21).value.dutyPercent).toBe(Number(corrected));
    expect(seen.filter((line) => line.startsWith('led/21/error'))).toEqual([]);
  });

  test.each([
    ['banana'],
    [''],
    ['NaN'],
    ['Infinity'],
    ['null'],
    ['true'],
    ['[42]'],
    ['0x10'],
    ['42,5'],
    ['{"x":1}'],
    ['{"duty":null}'],
    ['{"duty":42,"transtion":2}'],
    ['{"__proto__":{"duty":42}}'],
    ['{"duty":42'],
    ['9'.repeat(1_048_576)],
    [new Uint8Array(1_048_576)],
    [new Uint8Array([0xff, 0xfe])],
  ])(
    'that is not a value leaves the light as it is, says why, and is replaced by the value: %#',
    async (payload) => {
      const { run, bus, pins, retained, seen } = createBench();
      await run('led/21');
      seen.length = 0;
      await bus.publish('led/21/duty', payload, { retain: true });
      await pass(REST_MS);
      expect(pins.state(21).value.dutyPercent).toBe(50);
      expect(retained('led/21/duty')).toBe('50');
      const error = seen.find((line) => line.startsWith('led/21/error '))?.slice('led/21/error '.length);
      expect(JSON.parse(error ?? '')).toMatchObject({ code: 'payload/invalid', message: expect.any(String) });
      expect(error?.length).toBeLessThan(1000);
    },
  );

  test('that is not a value is answered each time, however fast they come', async () => {
    const { run, bus, seen } = createBench();
    await run('led/21');
    for (const payload of ['banana', 'cherry', 'fig']) await bus.publish('led/21/duty', payload);
    const errors = seen.filter((line) => line.startsWith('led/21/error '));
    expect(errors.map((line) => JSON.parse(line.slice('led/21/error '.length)).payload)).toEqual([
      'banana',
      'cherry',
      'fig',
    ]);
  });

  test('for the same again is written, when another program has changed the pin in between', async () => {
    const { run, set, pins } = createBench();
    await run('led/21');
    pins.state(21).next({ dutyPercent: 75, frequencyHz: 100, steps: 2000 });
    await set('led/21/duty', '50');
    expect(pins.state(21).value.dutyPercent).toBe(50);
  });

  test('of a flood reaches the pin at most once per interval, and the last always', async () => {
    const { run, bus, pins, retained } = createBench();
    await run('led/21');
    pins.writes.length = 0;
    for (let n = 0; n < 1000; n++) {
      await bus.publish('led/21/duty', String(n % 100), { retain: true });
      await pass(1);
    }
    await bus.publish('led/21/duty', '33', { retain: true });
    await pass(REST_MS);
    expect(pins.writes.length).toBeLessThanOrEqual(1000 / 20 + 2);
    expect(pins.writes.at(-1)).toEqual({ gpio: 21, dutyPercent: 33 });
    expect(retained('led/21/duty/actual')).toBe('33');
  });

  test('waits for a slow driver, and only the last of the waiting requests is written', async () => {
    const { run, bus, pins } = createBench({
      whenWritten: () => new Promise((done) => setTimeout(done, 100)),
    });
    await run('led/21');
    await pass(1000);
    pins.writes.length = 0;
    for (let n = 1; n <= 30; n++) {
      await bus.publish('led/21/duty', String(n), { retain: true });
      await pass(10);
    }
    await pass(1000);
    expect(pins.writes.length).toBeLessThanOrEqual(5);
    expect(pins.writes.at(-1)).toEqual({ gpio: 21, dutyPercent: 30 });
  });
});

describe('frequency', () => {
  test('is the nearest that the driver can give, and the light keeps the duty that is desired', async () => {
    const { run, set, pins, retained } = createBench();
    await set('led/21/duty', '33.3');
    await run('led/21');
    await set('led/21/frequency', '7000');
    await pass(100);
    expect(pins.state(21).value).toEqual({ dutyPercent: 32, frequencyHz: 8000, steps: 25 });
    expect(retained('led/21/frequency')).toBe('7000');
    expect(retained('led/21/frequency/actual')).toBe('8000');
    await set('led/21/frequency', '100');
    await pass(100);
    expect(retained('led/21/duty/actual')).toBe('33.3');
  });

  test('out of range is corrected to the nearest possible one', async () => {
    const { run, set, retained } = createBench();
    await run('led/21');
    await set('led/21/frequency', '0');
    expect(retained('led/21/frequency')).toBe('50');
  });
});

describe('transition', () => {
  test('fades evenly from the present light', async () => {
    const { run, set, pins } = createBench();
    await run('led/21');
    await set('led/21/transition', '2');
    await set('led/21/duty', '100');
    await pass(1000);
    expect(pins.state(21).value.dutyPercent).toBeCloseTo(75, 0);
    await pass(1040);
    expect(pins.state(21).value.dutyPercent).toBe(100);
  });

  test('may come with the duty, for that one change', async () => {
    const { run, set, pins, retained } = createBench();
    await run('led/21');
    await set('led/21/duty', '{"duty":0,"transition":1}');
    await pass(500);
    expect(pins.state(21).value.dutyPercent).toBeCloseTo(25, 0);
    await pass(540);
    expect(retained('led/21/duty')).toBe('0');
    await set('led/21/duty', '80');
    expect(pins.state(21).value.dutyPercent).toBe(80);
  });

  test('starts from where another program has left the light', async () => {
    const { run, set, pins } = createBench();
    await run('led/21');
    pins.state(21).next({ dutyPercent: 0, frequencyHz: 100, steps: 2000 });
    await set('led/21/duty', '{"duty":100,"transition":10}');
    await pass(1000);
    expect(pins.state(21).value.dutyPercent).toBeCloseTo(10, 0);
  });
});

describe('effect', () => {
  test('blink goes between the duty and darkness, and ends on the duty', async () => {
    const { run, set, pins, retained } = createBench();
    await run('led/21');
    pins.writes.length = 0;
    await set('led/21/effect', 'blink');
    await pass(1900);
    expect(pins.writes.map(({ dutyPercent }) => dutyPercent)).toEqual([0, 50, 0]);
    expect(retained('led/21/effect/actual')).toBe('blink');
    await set('led/21/effect', 'none');
    await pass(40);
    expect(pins.state(21).value.dutyPercent).toBe(50);
  });

  test('that is unknown is refused, and the error names the effects that exist', async () => {
    const { run, set, retained, seen } = createBench();
    await run('led/21');
    await set('led/21/effect', 'disco');
    expect(retained('led/21/effect')).toBe('none');
    expect(seen.find((line) => line.startsWith('led/21/error'))).toContain('none, blink, breathe');
  });
});

describe('what another program does to the pin', () => {
  test('shows as actual, and is left alone', async () => {
    const { run, pins, retained } = createBench();
    await run('led/21');
    pins.writes.length = 0;
    pins.state(21).next({ dutyPercent: 75, frequencyHz: 400, steps: 500 });
    await pass(1000);
    expect(retained('led/21/duty/actual')).toBe('75');
    expect(retained('led/21/frequency/actual')).toBe('400');
    expect(retained('led/21/duty')).toBe('50');
    expect(JSON.parse(retained('led/21/info') ?? '')).toMatchObject({ steps: 500 });
    expect(pins.writes).toEqual([]);
  });

  test('shows as overridden until the pin is written again', async () => {
    const { run, set, pins, retained } = createBench();
    await run('led/21');
    await pass(1000);
    expect(retained('led/21/overridden/actual')).toBe('false');
    pins.state(21).next({ dutyPercent: 75, frequencyHz: 100, steps: 2000 });
    await pass(20);
    expect(retained('led/21/overridden/actual')).toBe('true');
    await pass(60_000);
    expect(retained('led/21/overridden/actual')).toBe('true');
    await set('led/21/duty', '50');
    await pass(20);
    expect(pins.state(21).value.dutyPercent).toBe(50);
    expect(retained('led/21/overridden/actual')).toBe('false');
  });

  test('shows as overridden while it blinks through the desired value, and no longer once it has stopped there', async () => {
    const { run, set, pins, seen, retained } = createBench();
    await run('led/21');
    await set('led/21/duty', '0');
    await pass(1000);
    seen.length = 0;
    for (let n = 0; n < 20; n++) {
      pins.state(21).next({ dutyPercent: n % 2 === 0 ? 100 : 0, frequencyHz: 100, steps: 2000 });
      await pass(1000);
    }
    expect(seen.filter((line) => line.includes('overridden'))).toEqual(['led/21/overridden/actual true']);
    await pass(3000);
    expect(retained('led/21/overridden/actual')).toBe('false');
  });

  test('does not count our own fades and effects as another program', async () => {
    const { run, set, seen } = createBench();
    await run('led/21');
    await set('led/21/effect', 'breathe');
    await set('led/21/duty', '{"duty":10,"transition":2}');
    await pass(10_000);
    expect(seen.filter((line) => line === 'led/21/overridden/actual true')).toEqual([]);
  });

  test('is published at most once per interval, the last always', async () => {
    const { run, pins, seen, retained } = createBench();
    await run('led/21');
    seen.length = 0;
    for (let n = 0; n < 100; n++) {
      pins.state(21).next({ dutyPercent: n, frequencyHz: 100, steps: 2000 });
      await pass(1);
    }
    await pass(100);
    expect(seen.length).toBeLessThanOrEqual(100 / 20 + 2);
    expect(retained('led/21/duty/actual')).toBe('99');
  });
});

test('info has all that a dashboard needs', async () => {
  const { run, retained } = createBench();
  await run({ prefix: 'lab/ana', kind: 'led', id: '21', name: 'Lamp' });
  expect(JSON.parse(retained('lab/ana/led/21/info') ?? '')).toEqual({
    kind: 'led',
    name: 'Lamp',
    driver: 'memory',
    gpio: 21,
    steps: 2000,
    frequencies: [50, 100, 200, 400, 800, 8000],
    effects: ['none', 'blink', 'breathe'],
    limits: {
      duty: { min: 0, max: 100 },
      frequency: { min: 50, max: 8000 },
      transition: { min: 0, max: 60 },
    },
    properties: {
      duty: { type: 'number', unit: '%', min: 0, max: 100, step: 0.1, settable: true, actual: true },
      frequency: { type: 'number', unit: 'Hz', min: 50, max: 8000, step: 1, settable: true, actual: true },
      transition: { type: 'number', unit: 's', min: 0, max: 60, step: 0.1, settable: true, actual: false },
      effect: { type: 'choice', options: ['none', 'blink', 'breathe'], settable: true, actual: true },
      overridden: { type: 'boolean', settable: false, actual: true },
    },
  });
});
