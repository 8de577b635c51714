import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { History, type Point } from '../../../../web/dashboard/model/history.ts';

/** Changes of a value, in order of time. */
const changes = fc
  .array(fc.record({ pauseMs: fc.integer({ min: 0, max: 500 }), value: fc.integer({ min: 0, max: 100 }) }), {
    minLength: 1,
    maxLength: 300,
  })
  .map((steps) => {
    let timeMs = 0;
    return steps.map(({ pauseMs, value }) => {
      timeMs += pauseMs;
      return { timeMs, value };
    });
  });

function filled(points: readonly Point[], spanMs = 60_000, capacity = 4096): History {
  const history = new History(spanMs, capacity);
  for (const { timeMs, value } of points) history.push(timeMs, value);
  return history;
}

/** The value that a step line shows at a time. */
function valueAt(points: readonly Point[], timeMs: number): number | undefined {
  return points.findLast((point) => point.timeMs <= timeMs)?.value;
}

describe('a history', () => {
  it('gives the value at the start of the span, even if it was set before', () => {
    const history = filled([{ timeMs: 0, value: 42 }]);
    expect(history.points(100_000, 160_000, 300)).toEqual([{ timeMs: 100_000, value: 42 }]);
  });

  it('is empty before anything happened', () => {
    expect(new History(60_000).points(0, 60_000, 300)).toEqual([]);
  });

  it('shows a peak that is narrower than a column', () => {
    const spike = [0, 1000, 1001, 1002, 2000].map((timeMs) => ({ timeMs, value: timeMs === 1001 ? 99 : 1 }));
    const history = filled(spike, 60_000, 100_000);
    expect(history.points(0, 60_000, 10).map(({ value }) => value)).toContain(99);
  });

  it('never holds more than it may, and still knows the whole span', () => {
    fc.assert(
      fc.property(changes, (points) => {
        const history = filled(points, 1000, 16);
        const lastMs = points.at(-1)?.timeMs ?? 0;
        expect(history.size).toBeLessThanOrEqual(16);
        const isOlder = (points[0]?.timeMs ?? 0) <= lastMs - 1000;
        const [first] = history.points(lastMs - 1000, lastMs, 100);
        if (isOlder) expect(first?.timeMs).toBe(lastMs - 1000);
      }),
    );
  });

  it('draws at most four points a column, in order, with the least, the greatest and the last value', () => {
    fc.assert(
      fc.property(changes, fc.integer({ min: 1, max: 50 }), (points, columns) => {
        const history = filled(points, 200_000, 200_001);
        const lastMs = points.at(-1)?.timeMs ?? 0;
        const drawn = history.points(-1, lastMs, columns);
        const values = drawn.map(({ value }) => value);
        const distinct = points.filter(({ timeMs }, index) => points[index + 1]?.timeMs !== timeMs);
        expect(drawn.length).toBeLessThanOrEqual(4 * columns + 1);
        expect(drawn.every(({ timeMs }, index) => timeMs >= (drawn[index - 1]?.timeMs ?? -1))).toBe(true);
        expect(Math.max(...values)).toBe(Math.max(...distinct.map(({ value }) => value)));
        expect(Math.min(...values)).toBe(Math.min(...distinct.map(({ value }) => value)));
        expect(values.at(-1)).toBe(points.at(-1)?.value);
      }),
    );
  });

  it('is the very line that it was given, if there is a column for every change', () => {
    fc.assert(
      fc.property(changes, fc.nat(100_000), (points, timeMs) => {
        const drawn = filled(points, 200_000, 200_001).points(-1, 200_000, 200_001);
        expect(valueAt(drawn, timeMs)).toBe(valueAt(points, timeMs));
      }),
    );
  });

  it('takes in points that became known later, as if it had known them all along', () => {
    fc.assert(
      fc.property(changes, fc.infiniteStream(fc.boolean()), (all, late) => {
        const points = all.filter(({ timeMs }, index) => timeMs !== all[index + 1]?.timeMs);
        const isLate = points.map(() => late.next().value);
        const history = filled(
          points.filter((_, index) => !isLate[index]),
          200_000,
          200_001,
        );
        history.insert(points.filter((_, index) => isLate[index]));
        const whole = filled(points, 200_000, 200_001);
        expect(history.points(-1, 200_000, 200_001)).toEqual(whole.points(-1, 200_000, 200_001));
      }),
    );
  });

  it('knows when the value changed next', () => {
    const history = filled([
      { timeMs: 0, value: 1 },
      { timeMs: 500, value: 2 },
    ]);
    expect([-1, 0, 499, 500].map((timeMs) => history.nextValueMs(timeMs))).toEqual([0, 500, 500, undefined]);
    expect(history.nextValueMs(Number.NEGATIVE_INFINITY)).toBe(0);
  });
});
