import { type Bucket, LEVELS } from './bucket.ts';
import type { Found } from './slot.ts';

/** Merges what two hubs have recorded in the same time span. Neither the order nor repetition changes the result. */
export function joinBuckets(one: Bucket, other: Bucket): Bucket {
  return {
    index: one.index,
    min: Math.min(one.min, other.min),
    max: Math.max(one.max, other.max),
    // At the turn of a second, a value may count before it here and after it there.
    last: Math.max(one.last, other.last),
  };
}

/** Merges what several hubs have found: every hub that merges the same gets the same. */
export function joinFound(found: readonly Found[]): Found {
  return {
    before: join(found.flatMap(({ before }) => before ?? [])).at(-1),
    buckets: join(found.flatMap(({ buckets }) => buckets)),
  };
}

function join(buckets: readonly Bucket[]): Bucket[] {
  const all = new Map<number, Bucket>();
  for (const bucket of buckets) {
    const known = all.get(bucket.index);
    all.set(bucket.index, known ? joinBuckets(known, bucket) : bucket);
  }
  return [...all.values()].sort((one, other) => one.index - other.index);
}

/** A time span in which a hub did not listen, milliseconds since 1970. Whether it listened at the very ends is not known. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The most gaps in a list. If there are more, all of them count as one. */
const MOST_GAPS = 8;

/** The gaps between the buckets of one level, given the known indices in order. */
export function gapsBetween(indices: readonly number[], level: number, { fromMs, toMs }: Gap): Gap[] {
  const { bucketMs = 1 } = LEVELS[level] ?? {};
  const gaps: Gap[] = [];
  let last = Math.floor(fromMs / bucketMs) - 1;
  for (const index of [...indices, Math.floor(toMs / bucketMs)]) {
    if (index > last + 1)
      gaps.push({ fromMs: Math.max(fromMs, last * bucketMs), toMs: Math.min(toMs, (index + 1) * bucketMs) });
    last = Math.max(last, index);
  }
  return gaps;
}

/** Gaps in order, without overlaps, and not too many. */
export function joinGaps(gaps: readonly Gap[]): Gap[] {
  const joined: Gap[] = [];
  for (const gap of [...gaps].sort((one, other) => one.fromMs - other.fromMs)) {
    const last = joined.at(-1);
    if (last && gap.fromMs <= last.toMs)
      joined.splice(-1, 1, { ...last, toMs: Math.max(last.toMs, gap.toMs) });
    else joined.push(gap);
  }
  const [first] = joined;
  if (!first || joined.length <= MOST_GAPS) return joined;
  return [{ fromMs: first.fromMs, toMs: joined.at(-1)?.toMs ?? first.toMs }];
}

/** The indices of a level that a gap touches, as far back as the level is stored; none if `first` is above `last`. */
export function indicesOf(
  { fromMs, toMs }: Gap,
  level: number,
  nowMs: number,
): { first: number; last: number } {
  const { bucketMs = 1, count = 0 } = LEVELS[level] ?? {};
  const oldest = Math.floor(nowMs / bucketMs) - count + 1;
  return { first: Math.max(1, oldest, Math.floor(fromMs / bucketMs)), last: Math.floor(toMs / bucketMs) };
}
