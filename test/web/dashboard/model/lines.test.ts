import fc from 'fast-check';
import { expect, it } from 'vitest';
import { History, type Point } from '../../../../web/dashboard/model/history.ts';
import { areLevel, type Lines, linesHeard } from '../../../../web/dashboard/model/lines.ts';

const SPAN_MS = 60_000;

/** The lines of a chart at a time, from values that each came so many milliseconds after the one before. */
function linesAt(nowMs: number, changes: readonly (readonly [afterMs: number, value: number])[]): Lines {
  const actual = new History(SPAN_MS);
  let timeMs = 0;
  for (const [afterMs, value] of changes) {
    timeMs += afterMs;
    actual.push(timeMs, value);
  }
  const wanted = new History(SPAN_MS);
  return linesHeard({ actual, wanted }, { fromMs: nowMs - SPAN_MS, toMs: nowMs, columns: 600, nowMs });
}

/** The corners of a line by their distance from the right edge; none if there is nothing to draw. */
function cornersOf({ toMs, actual }: Lines): readonly Point[] {
  if (actual.every(({ value }) => Number.isNaN(value))) return [];
  const isCorner = (point: Point, index: number) =>
    index === 0 || index === actual.length - 1 || !Object.is(actual[index - 1]?.value, point.value);
  return actual.filter(isCorner).map(({ timeMs, value }) => ({ timeMs: timeMs - toMs, value }));
}

const changes = fc.array(
  fc.tuple(fc.integer({ min: 20, max: SPAN_MS / 3 }), fc.constantFrom(0, 50, Number.NaN)),
  { maxLength: 8 },
);

it('lines that are level look the same later', () => {
  fc.assert(
    fc.property(changes, fc.nat(2 * SPAN_MS), fc.nat(2 * SPAN_MS), (given, restMs, laterMs) => {
      const nowMs = given.reduce((sum, [afterMs]) => sum + afterMs, restMs);
      const now = linesAt(nowMs, given);
      const later = linesAt(nowMs + laterMs, given);
      if (areLevel(now)) expect(cornersOf(later)).toEqual(cornersOf(now));
    }),
  );
});

it('lines are level once the last change has left the chart', () => {
  const given = [
    [1000, 10],
    [1000, 20],
  ] as const;
  expect(areLevel(linesAt(2000, given))).toBe(false);
  expect(areLevel(linesAt(2000 + SPAN_MS - 1, given))).toBe(false);
  expect(areLevel(linesAt(2000 + SPAN_MS, given))).toBe(true);
});

it('a line is level if the same value was heard again and again', () => {
  const again = Array.from({ length: 90 }, () => [1000, 50] as const);
  expect(areLevel(linesAt(90_000, again))).toBe(true);
});

it('a value that is not known for the whole time does not move', () => {
  expect(areLevel(linesAt(1000, []))).toBe(true);
  expect(areLevel(linesAt(1000 + SPAN_MS, [[1000, Number.NaN]]))).toBe(true);
  expect(areLevel(linesAt(2000, [[1000, 50]]))).toBe(false);
});
