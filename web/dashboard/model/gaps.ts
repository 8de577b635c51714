import type { HistoryRow } from '../../../hub/core/index.ts';

/** A time in which the value is unknown: the device or the hub was away. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** How often a hub records that it is up, milliseconds. */
const BEAT_MS = 60_000;

/** When a device was away, by the history of its status: 1 is online, 0 is offline. */
export function gapsOfStatus(rows: readonly HistoryRow[], toMs: number): readonly Gap[] {
  const gaps: Gap[] = [];
  let awayMs: number | undefined;
  for (const [timeMs, , , last] of rows) {
    if (last === 0) awayMs ??= timeMs;
    else if (awayMs !== undefined) {
      gaps.push({ fromMs: awayMs, toMs: timeMs });
      awayMs = undefined;
    }
  }
  return awayMs === undefined ? gaps : [...gaps, { fromMs: awayMs, toMs }];
}

/**
 * When the hub was away: it records each minute that it is up, so a gap begins a minute after the last such record. `widthMs` is the time
 * that one row stands for.
 */
export function gapsOfUptime(rows: readonly HistoryRow[], widthMs: number): readonly Gap[] {
  const usualMs = Math.max(BEAT_MS, widthMs);
  return rows.flatMap(([timeMs], index) => {
    const nextMs = rows[index + 1]?.[0] ?? timeMs;
    return nextMs - timeMs > 2.5 * usualMs ? [{ fromMs: timeMs + usualMs, toMs: nextMs }] : [];
  });
}

/** Merges overlapping gaps, and returns them in order. */
export function mergeGaps(gaps: readonly Gap[]): readonly Gap[] {
  const merged: Gap[] = [];
  for (const gap of gaps.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = merged.at(-1);
    const isApart = !last || gap.fromMs > last.toMs;
    if (!isApart) merged.pop();
    merged.push(isApart ? gap : { fromMs: last.fromMs, toMs: Math.max(last.toMs, gap.toMs) });
  }
  return merged;
}

interface Timed {
  readonly timeMs: number;
}

/**
 * Cuts gaps out of points; both are in order. `unknown` makes the point at a gap's start, and `resume` the one at its end, from the last
 * point before.
 */
export function cutGaps<T extends Timed>(
  points: readonly T[],
  gaps: readonly Gap[],
  unknown: (timeMs: number) => T,
  resume: (last: T, timeMs: number) => T,
): readonly T[] {
  return gaps.reduce((left, { fromMs, toMs }) => {
    const before = left.filter(({ timeMs }) => timeMs < fromMs);
    const after = left.filter(({ timeMs }) => timeMs > toMs);
    const last = left.findLast(({ timeMs }) => timeMs <= toMs);
    const isInside = before.length > 0 && left.some(({ timeMs }) => timeMs >= toMs);
    if (before.length === 0 && !last) return left;
    const end = last && isInside ? [resume(last, toMs)] : [];
    return [...before, unknown(fromMs), ...end, ...after];
  }, points);
}
