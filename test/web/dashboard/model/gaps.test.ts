import { describe, expect, it } from 'vitest';
import type { HistoryRow } from '../../../../hub/core/index.ts';
import { changesOf } from '../../../../web/dashboard/model/changes.ts';
import { gapsOfStatus, gapsOfUptime, mergeGaps } from '../../../../web/dashboard/model/gaps.ts';
import { linesRemembered, readLines } from '../../../../web/dashboard/model/lines.ts';

const row = (timeMs: number, value: number): HistoryRow => [timeMs, value, value, value];
const MINUTE_MS = 60_000;

describe('a gap', () => {
  it('is a time in which a device was offline, up to the end if it still is', () => {
    expect(gapsOfStatus([row(1, 1), row(5, 0), row(6, 0), row(9, 1), row(12, 0)], 20)).toEqual([
      { fromMs: 5, toMs: 9 },
      { fromMs: 12, toMs: 20 },
    ]);
  });

  it('is a time in which a hub has not said each minute that it is up', () => {
    const beats = [0, 1, 2, 10, 11].map((minutes) => row(minutes * MINUTE_MS, minutes));
    expect(gapsOfUptime(beats, 1000)).toEqual([{ fromMs: 3 * MINUTE_MS, toMs: 10 * MINUTE_MS }]);
    expect(gapsOfUptime(beats, 5 * MINUTE_MS)).toEqual([]);
  });

  it('is joined with gaps that it overlaps', () => {
    const gaps = [
      { fromMs: 5, toMs: 9 },
      { fromMs: 1, toMs: 3 },
      { fromMs: 2, toMs: 4 },
    ];
    expect(mergeGaps(gaps)).toEqual([
      { fromMs: 1, toMs: 4 },
      { fromMs: 5, toMs: 9 },
    ]);
  });
});

describe('a line with a gap', () => {
  const past = {
    fromMs: 0,
    toMs: 100,
    rows: [row(0, 10), row(40, 20), row(80, 30)],
    wanted: [row(0, 50)],
    gaps: [{ fromMs: 30, toMs: 60 }],
  };

  it('has no value in that time, and goes on after it', () => {
    expect(changesOf(past, 1).actual).toEqual([
      { timeMs: 0, value: 10 },
      { timeMs: 30, value: Number.NaN },
      { timeMs: 60, value: 20 },
      { timeMs: 80, value: 30 },
    ]);
  });

  it('has no reading there either; the wanted value is known all the time', () => {
    const lines = linesRemembered(past, 100, past);
    expect(readLines(lines, 29)).toMatchObject({ actual: 10, wanted: 50 });
    expect(readLines(lines, 45)).toMatchObject({ actual: undefined, wanted: 50 });
    expect(readLines(lines, 61)).toMatchObject({ actual: 20, wanted: 50 });
  });

  it('holds its value up to the gap', () => {
    const { actual, band } = linesRemembered(past, 100, past);
    const endOf = (points: readonly { readonly timeMs: number }[]) =>
      points.filter(({ timeMs }) => timeMs === 30);
    expect(endOf(actual)).toEqual([
      { timeMs: 30, value: 10 },
      { timeMs: 30, value: Number.NaN },
    ]);
    expect(endOf(band)).toMatchObject([{ last: 10 }, { last: Number.NaN }]);
  });

  it('stays away if it lasts', () => {
    const gone = { ...past, gaps: [{ fromMs: 90, toMs: 101 }] };
    expect(readLines(linesRemembered(gone, 100, gone), 99).actual).toBeUndefined();
  });
});

it('no line leads up to the first value', () => {
  const first: HistoryRow = [10, 0, 80, 80];
  const past = { fromMs: 0, toMs: 100, rows: [first], wanted: [], gaps: [] };
  expect(changesOf(past, 1).actual).toEqual([{ timeMs: 10, value: 80 }]);
  expect(linesRemembered(past, 100, past).band[0]).toEqual({ timeMs: 10, min: 80, max: 80, last: 80 });
});
