import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { clamp, PERCENT } from '../../devices/facts/range.ts';
import { formatNumber } from '../../devices/facts/value.ts';
import { quantise } from '../../devices/pipeline/quantise.ts';
import { createBench, pass } from '../devices/bench.ts';
import {
  expectAtMostOnePerInterval,
  expectNeverTwoInFlight,
  expectWithin,
  type Write,
} from './pipeline-laws.ts';

const INTERVAL_MS = 20;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The actions of controllers: request a valid or invalid duty, at once or over time, and wait. */
const duties = fc.oneof(
  fc.integer({ min: -50, max: 150 }).map((duty) => ({ payload: `${duty}`, duty })),
  fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((duty) => ({ payload: String(duty), duty })),
  fc.integer({ min: 0, max: 100 }).map((duty) => ({ payload: `{"duty":${duty},"transition":0.2}`, duty })),
  fc.constantFrom('banana', '', 'NaN', '{"x":1}', 'null').map((payload) => ({ payload, duty: undefined })),
);

const scenarios = fc.record({
  requests: fc.array(fc.tuple(duties, fc.integer({ min: 0, max: 60 }), fc.boolean()), {
    minLength: 1,
    maxLength: 25,
  }),
  driverMs: fc.constantFrom(0, 5, 70),
});

test('whatever is asked of an LED and however slow its driver: laws hold, the last good value stays, and all agree on it', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async ({ requests, driverMs }) => {
      const writes: Write<unknown>[] = [];
      const whenWritten = async () => {
        const startMs = Date.now();
        if (driverMs > 0) await new Promise((done) => setTimeout(done, driverMs));
        writes.push({ value: undefined, startMs, endMs: Date.now() });
      };
      const { run, bus, pins, retained } = createBench({ whenWritten });
      const devices = await run('led/21');
      await pass(1000);
      writes.length = 0;

      for (const [{ payload }, waitMs, retain] of requests) {
        await bus.publish('led/21/duty', payload, { retain });
        await pass(waitMs);
      }
      await pass(2000);
      await devices.close();

      const last = requests.flatMap(([{ duty }]) => (duty === undefined ? [] : [duty])).at(-1) ?? 50;
      const wanted = clamp(PERCENT, last);
      expectAtMostOnePerInterval(writes, INTERVAL_MS);
      expectNeverTwoInFlight(writes);
      expectWithin(
        pins.writes.flatMap(({ dutyPercent }) => dutyPercent ?? []),
        0,
        100,
      );
      expect(pins.state(21).value.dutyPercent).toBeCloseTo(quantise(2000, wanted), 6);
      expect(retained('led/21/duty')).toBe(formatNumber(wanted));
      expect(retained('led/21/duty/actual')).toBe(formatNumber(quantise(2000, wanted)));
    }),
    { numRuns: 60 },
  );
});
