import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryRow } from '../../../../hub/core/index.ts';
import {
  type BandPoint,
  extentOf,
  knownSince,
  toBand,
  toChanges,
} from '../../../../web/dashboard/model/band.ts';

const SPAN_MS = 100_000;
const POINTS = 20;
const WIDTH_MS = SPAN_MS / POINTS;

const values = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 4 });

/** Rows in the form in which a hub gives them: in order, at most one for each of the equal parts, the first perhaps from long before. */
const rows = fc
  .record({
    before: fc.option(fc.record({ agoMs: fc.integer({ min: 1, max: 1e9 }), in: values })),
    parts: fc.uniqueArray(fc.record({ part: fc.nat(POINTS - 1), offset: fc.nat(WIDTH_MS / 2), in: values }), {
      selector: ({ part }) => part,
      maxLength: POINTS,
    }),
  })
  .map(({ before, parts }): HistoryRow[] => [
    ...(before ? [rowOf(-before.agoMs, before.in)] : []),
    ...parts
      .toSorted((a, b) => a.part - b.part)
      .map((one) => rowOf(one.part * WIDTH_MS + one.offset, one.in)),
  ]);

function rowOf(timeMs: number, all: readonly number[]): HistoryRow {
  return [timeMs, Math.min(...all), Math.max(...all), all.at(-1) ?? Number.NaN];
}

const bandOf = (of: readonly HistoryRow[]) => toBand({ fromMs: 0, toMs: SPAN_MS, rows: of }, POINTS);

/** The value of a step line at a time. */
function levelAt(band: readonly BandPoint[], timeMs: number): BandPoint | undefined {
  return band.findLast((point) => point.timeMs <= timeMs);
}

describe('a band', () => {
  it('is in order, within its stretch, and reaches its end', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const times = bandOf(given).map(({ timeMs }) => timeMs);
        expect(times).toEqual(times.toSorted((one, other) => one - other));
        if (given.length > 0) expect(times.at(-1)).toBe(SPAN_MS);
        expect(times.every((timeMs) => timeMs >= 0 && timeMs <= SPAN_MS)).toBe(true);
      }),
    );
  });

  it('shows each row from when it begins, with its peaks', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const band = bandOf(given);
        for (const [timeMs, min, max, last] of given) {
          if (timeMs >= 0) expect(levelAt(band, timeMs)).toMatchObject({ min, max, last });
        }
      }),
    );
  });

  it('stays level at the last value while nothing happened', () => {
    const band = bandOf([
      [10_000, 0, 100, 40],
      [50_000, 40, 60, 60],
    ]);
    expect(levelAt(band, 12_000)).toMatchObject({ min: 0, max: 100, last: 40 });
    expect(levelAt(band, 30_000)).toMatchObject({ min: 40, max: 40, last: 40 });
    expect(levelAt(band, SPAN_MS)).toMatchObject({ min: 60, max: 60, last: 60 });
  });

  it('has no gaps between neighbors that begin a little later than their parts do', () => {
    // Parts of 5 s, and rows of whole buckets of 2 s: each begins with the first bucket in its part.
    const given = Array.from({ length: POINTS }, (_, part): HistoryRow => {
      return [Math.ceil((part * WIDTH_MS) / 2000) * 2000, 20, 80, 50];
    });
    const band = bandOf(given).slice(0, -1);
    expect(band.filter(({ min, max }) => min !== 20 || max !== 80)).toEqual([]);
  });

  it('begins with the value before, without the peaks that were before', () => {
    expect(bandOf([[-50_000, 0, 100, 40]])).toEqual([
      { timeMs: 0, min: 40, max: 40, last: 40 },
      { timeMs: SPAN_MS, min: 40, max: 40, last: 40 },
    ]);
  });

  it('is empty, and has no extent, if nothing is known', () => {
    expect(bandOf([])).toEqual([]);
    expect(extentOf([])).toBeUndefined();
  });

  it('has the extent of its rows', () => {
    fc.assert(
      fc.property(rows, (all) => {
        const given = all.filter(([timeMs]) => timeMs >= 0);
        fc.pre(given.length > 0);
        expect(extentOf(bandOf(given))).toEqual({
          min: Math.min(...given.map(([, min]) => min)),
          max: Math.max(...given.map(([, , max]) => max)),
          last: given.at(-1)?.[3],
        });
      }),
    );
  });
});

describe('the known part of a stretch', () => {
  const since = (...given: HistoryRow[]) =>
    knownSince({ fromMs: 1e6, toMs: 1e6 + SPAN_MS, rows: given }, POINTS);

  it('begins with the first row, if nothing before it is known', () => {
    expect(since([1e6 + 20_000, 1, 1, 1], [1e6 + 50_000, 1, 1, 1])).toBe(1e6 + 20_000);
  });

  it('is all of it if a row is older, or at the start, and nothing if there are no rows', () => {
    expect(since([5, 1, 1, 1], [1e6 + 50_000, 1, 1, 1])).toBeUndefined();
    expect(since([1e6 + WIDTH_MS, 1, 1, 1])).toBeUndefined();
    expect(since()).toBeUndefined();
  });
});

describe('the changes of rows', () => {
  it('are within each row, go to its lowest and highest, and end at its last', () => {
    fc.assert(
      fc.property(rows, (given) => {
        for (const row of given) {
          const [timeMs, min, max, last] = row;
          const changes = toChanges([row], WIDTH_MS);
          const levels = changes.map(({ value }) => value);
          expect([Math.min(...levels), Math.max(...levels), levels.at(-1)]).toEqual([min, max, last]);
          expect(changes.every((one) => one.timeMs >= timeMs && one.timeMs < timeMs + WIDTH_MS)).toBe(true);
        }
      }),
    );
  });

  it('are a single point if the value did not change, and do not turn back in a row that only went up or down', () => {
    const levelsOf = (row: HistoryRow) => toChanges([row], 100).map(({ value }) => value);
    expect(levelsOf([0, 5, 5, 5])).toEqual([5]);
    expect(levelsOf([0, 1, 9, 9])).toEqual([1, 9]);
    expect(levelsOf([0, 1, 9, 1])).toEqual([9, 1]);
  });
});
