import type { Past } from './archive.ts';
import { startLevel, toChanges } from './band.ts';
import { cutGaps } from './gaps.ts';
import type { Point } from './history.ts';

/** A value's changes, with NaN from when it was unknown. */
export interface Changes {
  readonly actual: readonly Point[];
  readonly wanted: readonly Point[];
}

/** The past as changes. Each row stands for `widthMs` milliseconds. */
export function changesOf({ rows, wanted, gaps }: Past, widthMs: number): Changes {
  return {
    actual: cutGaps(toChanges(startLevel(rows), widthMs), gaps, unknownAt, ({ value }, timeMs) => ({
      timeMs,
      value,
    })),
    wanted: toChanges(wanted, widthMs),
  };
}

function unknownAt(timeMs: number): Point {
  return { timeMs, value: Number.NaN };
}
