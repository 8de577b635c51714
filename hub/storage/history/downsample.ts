import type { HistoryRow, HistoryWindow } from '../../core/history.ts';
import { type Bucket, mergeBuckets } from './bucket.ts';

/** Buckets, in their order, as at most so many rows of equal stretches; stretches without a bucket have no row. */
export function downsample(
  buckets: readonly Bucket[],
  bucketMs: number,
  { fromMs, toMs, points }: HistoryWindow,
): HistoryRow[] {
  const widthMs = Math.max(bucketMs, (toMs - fromMs) / points);
  const groups = new Map<number, Bucket>();
  for (const bucket of buckets) {
    const index = Math.max(0, Math.min(points - 1, Math.floor((bucket.index * bucketMs - fromMs) / widthMs)));
    const before = groups.get(index);
    groups.set(index, before ? { ...mergeBuckets(before, bucket), index: before.index } : bucket);
  }
  return [...groups.values()].map(({ index, min, max, last }) => [index * bucketMs, min, max, last]);
}
