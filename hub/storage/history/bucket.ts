/** What a value did in one stretch of time: peaks stay, however long the stretch. */
export interface Bucket {
  /** The stretch: its number since 1970, in units of its level. */
  readonly index: number;
  readonly min: number;
  readonly max: number;
  /** The value at the end. */
  readonly last: number;
}

/** Both together, `later` being the one that came after. The index is that of `later`. */
export function mergeBuckets(earlier: Bucket, later: Bucket): Bucket {
  return {
    index: later.index,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    last: later.last,
  };
}
