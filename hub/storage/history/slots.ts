import type { Bucket } from './bucket.ts';

/** Where the buckets of one topic are, level by level. Each level is a ring: a bucket takes the place of the one that is a round older. */
export interface Slots {
  /** The buckets with indices from `first` to `last`, in order. */
  read(level: number, first: number, last: number): Bucket[];
  /** Puts buckets in, each merged with what there is of the same index. */
  write(level: number, buckets: Iterable<Bucket>): void;
}
