/** A resolution at which history is kept. */
export interface Level {
  /** The stretch of time of one bucket, milliseconds. */
  readonly bucketMs: number;
  /** How many buckets there are; then the oldest give way. */
  readonly count: number;
  /** Whether it outlives the process. */
  readonly isKept: boolean;
}

/** Two minutes of tenths of seconds, two hours of seconds, three days of minutes, a hundred days of hours. They are the layout of the file, see `RING_VERSION`. */
export const LEVELS: readonly Level[] = [
  { bucketMs: 100, count: 1_200, isKept: false },
  { bucketMs: 1_000, count: 7_200, isKept: true },
  { bucketMs: 60_000, count: 4_320, isKept: true },
  { bucketMs: 3_600_000, count: 2_400, isKept: true },
];

/** The first time that can be kept, milliseconds since 1970: every level's index is above 0. Clocks that say less have not been set. */
export const MIN_TIME_MS = 3_600_000;

/** The last time that can be kept, milliseconds since 1970, in the year 2106: every kept level's index has room in 32 bits. */
export const MAX_TIME_MS = 2 ** 32 * 1000 - 1;
