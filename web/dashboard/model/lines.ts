import type { Past } from './archive.ts';
import { type BandPoint, startLevel, toBand } from './band.ts';
import { cutGaps } from './gaps.ts';
import { type Point, type Series, valueAt } from './history.ts';

/** The lines between two times: points in order, with NaN for unknown values. */
export interface Lines {
  readonly fromMs: number;
  readonly toMs: number;
  readonly actual: readonly Point[];
  readonly wanted: readonly Point[];
  /** From the lowest to the highest, if several values are drawn as one; else empty. */
  readonly band: readonly BandPoint[];
}

/** The values that this page has received between two times: for each of `columns` equal parts as many points as can be told apart. */
export function linesHeard(
  { actual, wanted }: { readonly actual: Series; readonly wanted: Series },
  { fromMs, toMs, columns, nowMs }: { fromMs: number; toMs: number; columns: number; nowMs: number },
): Lines {
  const endMs = Math.min(toMs, nowMs);
  const line = (series: Series) => holdToGaps(extend(series.points(fromMs, endMs, columns), endMs));
  return { fromMs, toMs, actual: line(actual), wanted: line(wanted), band: [] };
}

/** The values from the hub's history between two times; `points` is how many rows it was asked for. */
export function linesRemembered(
  past: Past,
  points: number,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Lines {
  const band = cutGaps(
    toBand({ ...past, rows: startLevel(past.rows) }, points),
    past.gaps,
    unknownBand,
    ({ last }, timeMs) => level(timeMs, last),
  );
  const wanted = toBand({ ...past, rows: past.wanted }, points);
  const lastOf = ({ timeMs, last }: BandPoint): Point => ({ timeMs, value: last });
  return {
    fromMs,
    toMs,
    actual: holdToGaps(band.map(lastOf)),
    wanted: wanted.map(lastOf),
    band: holdToGaps(band),
  };
}

/** Whether a picture of lines stays as it is while the time goes on: both are level from one end to the other. */
export function areLevel({ fromMs, actual, wanted }: Lines): boolean {
  return [actual, wanted].every(([first, ...others]) => {
    if (!first) return true;
    const isWhole = first.timeMs <= fromMs || isUnknown(first);
    return isWhole && others.every(({ value }) => Object.is(value, first.value));
  });
}

/** The values of the lines at one time. */
export interface Reading {
  readonly timeMs: number;
  readonly actual: number | undefined;
  readonly wanted: number | undefined;
  /** The lowest and the highest value around that time, if they differ. */
  readonly range: { readonly min: number; readonly max: number } | undefined;
}

export function readLines({ actual, wanted, band }: Lines, timeMs: number): Reading {
  const around = band.findLast((point) => point.timeMs <= timeMs);
  return {
    timeMs,
    actual: valueAt(actual, timeMs),
    wanted: valueAt(wanted, timeMs),
    range: around && around.max > around.min ? around : undefined,
  };
}

/** Draws each line at its last value up to the beginning of a gap. A chart would end it at its last point. */
function holdToGaps<T extends Point | BandPoint>(points: readonly T[]): readonly T[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const isGap = before !== undefined && isUnknown(point) && !isUnknown(before);
    return isGap ? [{ ...before, timeMs: point.timeMs }, point] : [point];
  });
}

function isUnknown(point: Point | BandPoint): boolean {
  return Number.isNaN('value' in point ? point.value : point.last);
}

/** Draws a line at its last value up to the end. */
function extend(points: readonly Point[], endMs: number): readonly Point[] {
  const last = points.at(-1);
  return last ? [...points, { timeMs: endMs, value: last.value }] : points;
}

function level(timeMs: number, value: number): BandPoint {
  return { timeMs, min: value, max: value, last: value };
}

function unknownBand(timeMs: number): BandPoint {
  return level(timeMs, Number.NaN);
}
