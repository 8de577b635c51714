import type { Bucket } from './bucket.ts';

/** What there is of a stretch of a level. */
export interface Found {
  /** The last bucket before it, if there is one. */
  readonly before: Bucket | undefined;
  /** Those in it, in order. */
  readonly buckets: readonly Bucket[];
}

/** Where the buckets of one topic are, level by level. Each level is a ring: a bucket takes the place of the one that is a round older. */
export interface Slots {
  /** The buckets with indices from `first` to `last`, and the one before. Rejects with `store/unavailable`. */
  read(level: number, first: number, last: number): Promise<Found>;
  /**
   * Puts buckets in, those of each level, as what came after what there is of the same index. Resolves when a power cut leaves them
   * there. Rejects with `store/unavailable`; some may be in then, and may be put in again.
   */
  write(fresh: readonly (readonly Bucket[])[]): Promise<void>;
  /** Does away with all of them. Rejects with `store/unavailable`. */
  remove(): Promise<void>;
}
