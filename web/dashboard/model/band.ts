import type { HistoryRow } from '../../../hub/core/index.ts';
import type { Stretch } from './archive.ts';
import type { Point } from './history.ts';

/** From this time until the next point, a value was between `min` and `max`, and ended at `last`. */
export interface BandPoint {
  readonly timeMs: number;
  readonly min: number;
  readonly max: number;
  readonly last: number;
}

/**
 * The band to draw for a stretch that was read in `points` rows. If the next row does not follow at once, the band stays at the last value
 * until it does, or until the stretch ends. Empty if nothing is known.
 */
export function toBand({ fromMs, toMs, rows }: Stretch, points: number): readonly BandPoint[] {
  const widthMs = (toMs - fromMs) / points;
  const band: BandPoint[] = [];
  for (const [index, [timeMs, min, max, last]] of rows.entries()) {
    const endMs = timeMs + widthMs;
    const nextMs = rows[index + 1]?.[0] ?? toMs;
    // A row before the stretch counts with its last value alone.
    if (endMs > fromMs) band.push({ timeMs: Math.max(timeMs, fromMs), min, max, last });
    const restMs = Math.max(endMs, fromMs);
    // A row has the time of the first value in its part, so two neighbors may look up to half a part apart.
    const isNeighbor = endMs > fromMs && nextMs - endMs < widthMs / 2;
    if (restMs < nextMs && !isNeighbor) band.push({ timeMs: restMs, min: last, max: last, last });
  }
  const end = band.at(-1);
  return end ? [...band, { timeMs: toMs, min: end.last, max: end.last, last: end.last }] : [];
}

/**
 * When the known part of a stretch begins, if that is later than the first of its `points` parts; `undefined` if all or nothing of it is
 * known.
 */
export function knownSince({ fromMs, toMs, rows }: Stretch, points: number): number | undefined {
  const firstMs = rows[0]?.[0];
  return firstMs !== undefined && firstMs > fromMs + (toMs - fromMs) / points ? firstMs : undefined;
}

/** The lowest, highest and last value of a band, or `undefined` if it is empty. */
export function extentOf(band: readonly BandPoint[]): Omit<BandPoint, 'timeMs'> | undefined {
  const end = band.at(-1);
  if (!end) return undefined;
  const min = band.reduce((least, point) => Math.min(least, point.min), end.min);
  const max = band.reduce((most, point) => Math.max(most, point.max), end.max);
  return { min, max, last: end.last };
}

/**
 * Makes the first row begin at its last value. A device is at 0 for a moment when it starts, and no line should lead from there to its value.
 */
export function startLevel(rows: readonly HistoryRow[]): readonly HistoryRow[] {
  const [first, ...others] = rows;
  if (!first) return rows;
  const [timeMs, , , last] = first;
  return [[timeMs, last, last, last], ...others];
}

/** Rows as a value's changes. Each row becomes one to three points within `widthMs`: its peaks, then its last value. */
export function toChanges(rows: readonly HistoryRow[], widthMs: number): readonly Point[] {
  return rows.flatMap(([timeMs, min, max, last]) => {
    const peaks = last === min ? [max] : last === max ? [min] : [max, min];
    const values = [...new Set([...peaks, last])];
    return values.map((value, index) => ({ timeMs: timeMs + (index * widthMs) / values.length, value }));
  });
}
