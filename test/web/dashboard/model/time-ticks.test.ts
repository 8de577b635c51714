import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { REACHES } from '../../../../web/dashboard/model/reach.ts';
import { timeTicks } from '../../../../web/dashboard/model/time-ticks.ts';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

/** Time zones with peculiarities: Nepal's offset includes a quarter of an hour; the others change their clocks, Lord Howe by half an hour. */
const ZONES = ['UTC', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Europe/Berlin', 'Australia/Lord_Howe'];

const spans = fc.record({
  toMs: fc.integer({ min: Date.UTC(2010, 0), max: Date.UTC(2040, 0) }),
  spanMs: fc.constantFrom(...REACHES.map(({ spanMs }) => spanMs).filter((spanMs) => spanMs >= 3_600_000)),
  count: fc.integer({ min: 3, max: 16 }),
});

describe.each(ZONES)('the ticks of an axis of time in %s', (name) => {
  it('are round times in order, enough of them and not too many', () => {
    process.env.TZ = name;
    fc.assert(
      fc.property(spans, ({ toMs, spanMs, count }) => {
        const ticks = timeTicks(toMs - spanMs, toMs, count);
        const times = ticks.map(({ timeMs }) => timeMs);
        expect(times).toEqual([...new Set(times)].sort((one, other) => one - other));
        expect(times.every((timeMs) => timeMs >= toMs - spanMs && timeMs <= toMs)).toBe(true);
        expect(times.length).toBeGreaterThanOrEqual(Math.floor(count / 3));
        // There is one more tick if both ends are hit, and one more if the clock was put back.
        expect(times.length).toBeLessThanOrEqual(count + 2);
        for (const timeMs of times) expect(new Date(timeMs).getSeconds()).toBe(0);
      }),
    );
  });

  it('are whole days if the span is a month', () => {
    process.env.TZ = name;
    const toMs = new Date(2026, 0, 31, 15).getTime();
    const ticks = timeTicks(toMs - 30 * 86_400_000, toMs, 5);
    expect(ticks.map(({ timeMs }) => new Date(timeMs).getDate())).toEqual([3, 10, 17, 24, 31]);
    expect(ticks.every(({ isDay }) => isDay)).toBe(true);
  });

  it('tell the beginning of a day', () => {
    process.env.TZ = name;
    const midnight = new Date(2026, 0, 31).getTime();
    const ticks = timeTicks(midnight - 1_200_000, midnight + 1_200_000, 4);
    expect(ticks.map(({ timeMs, isDay }) => [(timeMs - midnight) / 60_000, isDay])).toEqual([
      [-20, false],
      [-10, false],
      [0, true],
      [10, false],
      [20, false],
    ]);
  });
});

describe('the ticks of an axis of time in an hour that a clock leaves out', () => {
  it('stand there once', () => {
    process.env.TZ = 'Europe/Berlin';
    const toMs = Date.UTC(2011, 2, 27, 1, 30);
    const ticks = timeTicks(toMs - 3_600_000, toMs, 3);
    expect(ticks.map(({ timeMs }) => (timeMs - toMs) / 60_000)).toEqual([-60, -30, 0]);
  });
});

describe('the ticks of an axis of time in an hour that a clock repeats', () => {
  it('stand in both of them', () => {
    process.env.TZ = 'Europe/Berlin';
    const toMs = Date.UTC(2023, 9, 29, 1, 30);
    const ticks = timeTicks(toMs - 3_600_000, toMs, 3);
    expect(ticks.map(({ timeMs }) => (timeMs - toMs) / 60_000)).toEqual([-60, -30, 0]);
  });

  it('are there wherever the span begins', () => {
    process.env.TZ = 'Europe/Berlin';
    expect(timeTicks(1_698_543_000_001 - 3_600_000, 1_698_543_000_001, 3).length).toBeGreaterThan(0);
  });
});
