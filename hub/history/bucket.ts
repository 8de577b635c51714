/** The values of one time span. */
export interface Bucket {
  /** The number of the time span since 1970, in units of its level; above 0. */
  readonly index: number;
  readonly min: number;
  readonly max: number;
  /** The value at the end. */
  readonly last: number;
}

/** Both merged into one, with the index of `later`. */
export function mergeBuckets(earlier: Bucket, later: Bucket): Bucket {
  return {
    index: later.index,
    min: Math.min(earlier.min, later.min),
    max: Math.max(earlier.max, later.max),
    last: later.last,
  };
}

/** Memory is allocated in pages of this many buckets, 2 KiB. */
const PAGE = 64;

/** Index, lowest, highest, last. */
const FIELDS = 4;

/** Pages that a ring may always have, so that an exhausted budget excludes no topic. */
const OWN_PAGES = 2;

/** A budget of pages that several rings share. */
export class PageBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = Math.floor(bytes / (PAGE * FIELDS * Float64Array.BYTES_PER_ELEMENT));
  }

  /** Takes a page, if one is left. */
  take(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    return true;
  }

  giveBack(pages: number): void {
    this.#left += pages;
  }
}

/**
 * The buckets of a level in memory, 32 bytes each. A bucket replaces the one a round earlier, or later if the clock was wrong. A ring
 * whose budget has no page left reuses its own oldest one, and so reaches back less far.
 */
export class BucketRing {
  readonly #count: number;
  readonly #budget: PageBudget | undefined;
  readonly #pages: (Float64Array | undefined)[] = [];
  #pageCount = 0;
  #size = 0;
  #lostIndex = 0;

  constructor({ count }: Pick<Level, 'count'>, budget?: PageBudget) {
    this.#count = count;
    this.#budget = budget;
  }

  /** The latest index that was lost for lack of memory; 0 if none was lost. */
  get lostIndex(): number {
    return this.#lostIndex;
  }

  /** Drops everything permanently. */
  clear(): void {
    this.#budget?.giveBack(Math.max(0, this.#pageCount - OWN_PAGES));
    this.#pages.length = 0;
    this.#pageCount = 0;
    this.#size = 0;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds a bucket; it is merged with an earlier one of the same index. */
  put(bucket: Bucket): void {
    const slot = bucket.index % this.#count;
    const page = this.#pageOf(slot);
    const at = (slot % PAGE) * FIELDS;
    const before = bucketAt(page, at);
    if (!before) this.#size++;
    const { index, min, max, last } = before?.index === bucket.index ? mergeBuckets(before, bucket) : bucket;
    page.set([index, min, max, last], at);
  }

  /** All buckets with indices from `first` to `last`, in order. */
  read(first = 1, last = Number.POSITIVE_INFINITY): Bucket[] {
    const found: Bucket[] = [];
    for (const page of this.#pages) {
      for (let at = 0; page && at < page.length; at += FIELDS) {
        const index = page[at] ?? 0;
        const bucket = index >= first && index <= last ? bucketAt(page, at) : undefined;
        if (bucket) found.push(bucket);
      }
    }
    return found.sort((one, other) => one.index - other.index);
  }

  lastBefore(first: number): Bucket | undefined {
    let found = 0;
    for (const page of this.#pages) {
      for (let at = 0; page && at < page.length; at += FIELDS) {
        const index = page[at] ?? 0;
        if (index < first && index > found) found = index;
      }
    }
    return this.read(found, found)[0];
  }

  #pageOf(slot: number): Float64Array {
    const number = Math.floor(slot / PAGE);
    const page = this.#pages[number] ?? this.#newPage(number);
    this.#pages[number] = page;
    return page;
  }

  #newPage(number: number): Float64Array {
    const isFree = this.#pageCount < OWN_PAGES || !this.#budget || this.#budget.take();
    if (!isFree) return this.#reuseAfter(number);
    this.#pageCount++;
    return new Float64Array(PAGE * FIELDS);
  }

  /** The oldest page: the next in the round. */
  #reuseAfter(number: number): Float64Array {
    const numbers = [...this.#pages.keys()].filter((one) => this.#pages[one]);
    const oldest = numbers.find((one) => one > number) ?? numbers[0] ?? number;
    const page = this.#pages[oldest] ?? new Float64Array(PAGE * FIELDS);
    this.#pages[oldest] = undefined;
    for (let at = 0; at < page.length; at += FIELDS) {
      const index = page[at] ?? 0;
      if (index > 0) this.#size--;
      this.#lostIndex = Math.max(this.#lostIndex, index);
    }
    return page.fill(0);
  }
}

function bucketAt(page: Float64Array, at: number): Bucket | undefined {
  const [index = 0, min = 0, max = 0, last = 0] = page.subarray(at, at + FIELDS);
  return index === 0 ? undefined : { index, min, max, last };
}

/** A resolution at which history is kept. */
export interface Level {
  /** The time that one bucket covers, milliseconds. */
  readonly bucketMs: number;
  readonly count: number;
  /** Whether buckets of this level are stored on disk. */
  readonly isKept: boolean;
}

/** Two minutes of tenths of seconds, two hours of seconds, three days of minutes, a hundred days of hours. For the kept levels see `RING_VERSION`. */
export const LEVELS: readonly Level[] = [
  { bucketMs: 100, count: 1_200, isKept: false },
  { bucketMs: 1_000, count: 7_200, isKept: true },
  { bucketMs: 60_000, count: 4_320, isKept: true },
  { bucketMs: 3_600_000, count: 2_400, isKept: true },
];

/** The first time that can be stored, milliseconds since 1970: every level's index is above 0. An earlier time means that the clock was not set. */
export const MIN_TIME_MS = 3_600_000;

/** The last time that can be stored, milliseconds since 1970, in 2106: every stored level's index fits in 32 bits. */
export const MAX_TIME_MS = 2 ** 32 * 1000 - 1;
