import type { HistoryRow, HistoryWindow } from '../core/ports.ts';
import { type Bucket, BucketRing, LEVELS, type Level, mergeBuckets } from './bucket.ts';
import type { Found, Slots } from './slot.ts';

/** Combines buckets, in order, into at most `points` rows of equal time spans; empty spans have no row. */
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

/** Finds the buckets of a level with indices from `first` to `last`, and the one before. */
export type Find = (level: number, first: number, last: number) => Promise<Found>;

/** A window at the resolution of a level, preceded by the last value before it, from whichever level has that. */
export async function readWindow(find: Find, level: number, window: HistoryWindow): Promise<HistoryRow[]> {
  const { bucketMs = 1 } = LEVELS[level] ?? {};
  const indexOf = (ms: number) => Math.floor(ms / bucketMs);
  const { before, buckets } = await find(level, indexOf(window.fromMs), indexOf(window.toMs));
  const rows = downsample(buckets, bucketMs, window);
  const front = before ? [toRow(before, bucketMs)] : await readBefore(find, level + 1, window);
  return [...front, ...rows];
}

async function readBefore(find: Find, from: number, { fromMs }: HistoryWindow): Promise<HistoryRow[]> {
  for (let level = from; level < LEVELS.length; level++) {
    const { bucketMs = 1 } = LEVELS[level] ?? {};
    const index = Math.floor(fromMs / bucketMs);
    const { before } = await find(level, index, index);
    if (before) return [toRow(before, bucketMs)];
  }
  return [];
}

/** The finest stored level that reaches back to a time: the same at all hubs. */
export function keptLevelFor({ fromMs }: HistoryWindow, nowMs: number): number {
  const level = LEVELS.findIndex(
    ({ bucketMs, count, isKept }) => isKept && fromMs > nowMs - bucketMs * (count - 1),
  );
  return level === -1 ? LEVELS.length - 1 : level;
}

/** The values of one topic. New values are in memory until they are flushed. */
export class Series {
  readonly #slots: Slots;
  readonly #fresh = LEVELS.map((level) => new BucketRing(level));
  #sinceMs: number;
  /** Reads and flushes take turns, so that a bucket is in one place at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  /** `sinceMs`: when recording began; earlier values are in the slots only. Default: always. */
  constructor(slots: Slots, sinceMs = 0) {
    this.#slots = slots;
    this.#sinceMs = sinceMs;
  }

  /** The time must have an index above 0 on every level. */
  record(value: number, timeMs: number): void {
    this.#sinceMs = Math.min(this.#sinceMs, timeMs); // The clock may have been set back.
    for (const [level, { bucketMs }] of LEVELS.entries()) {
      const index = Math.floor(timeMs / bucketMs);
      this.#fresh[level]?.put({ index, min: value, max: value, last: value });
    }
  }

  /** Writes new buckets to the slots. Rejects with their error; the buckets stay in memory then. */
  flush(): Promise<void> {
    return this.#inTurn(async () => {
      const taken = LEVELS.map(({ isKept }, level) => (isKept ? this.#take(level) : undefined));
      if (taken.every((ring) => !ring?.size)) return;
      try {
        await this.#slots.write(taken.map((ring) => ring?.read() ?? []));
      } catch (error) {
        for (const [level, ring] of taken.entries()) if (ring) this.#putBack(level, ring);
        throw error;
      }
    });
  }

  /** Removes everything. Rejects with the error of the slots. */
  discard(): Promise<void> {
    return this.#inTurn(() => {
      for (const level of LEVELS.keys()) this.#take(level);
      return this.#slots.remove();
    });
  }

  /** A window, at the finest resolution that reaches back far enough, preceded by the last value before it. */
  read(window: HistoryWindow, nowMs: number): Promise<HistoryRow[]> {
    return this.#inTurn(() =>
      readWindow((...range) => this.#find(...range), this.#levelFor(window, nowMs), window),
    );
  }

  /** The buckets of a level with indices from `first` to `last`, and the one before. Rejects with the error of the slots. */
  find(level: number, first: number, last: number): Promise<Found> {
    return this.#inTurn(() => this.#find(level, first, last));
  }

  /** Adds buckets of a level from before this hub began to listen. Rejects with the error of the slots. */
  fill(level: number, buckets: readonly Bucket[]): Promise<void> {
    return this.#inTurn(() => this.#slots.write(LEVELS.map((_, at) => (at === level ? buckets : []))));
  }

  #levelFor({ fromMs }: HistoryWindow, nowMs: number): number {
    const level = LEVELS.findIndex(
      ({ bucketMs, count, isKept }, at) =>
        fromMs > nowMs - bucketMs * (count - 1) &&
        (isKept || fromMs >= this.#sinceMs) &&
        Math.floor(fromMs / bucketMs) > (this.#slots.lostIndex?.(at) ?? 0),
    );
    return level === -1 ? LEVELS.length - 1 : level;
  }

  async #find(level: number, first: number, last: number): Promise<Found> {
    const { isKept = false } = LEVELS[level] ?? {};
    const kept = isKept ? await this.#slots.read(level, first, last) : NOTHING;
    const fresh = this.#fresh[level];
    return {
      before: merge([kept.before, fresh?.lastBefore(first)]).at(-1),
      buckets: merge([...kept.buckets, ...(fresh?.read(first, last) ?? [])]),
    };
  }

  #take(level: number): BucketRing | undefined {
    const [taken] = this.#fresh.splice(level, 1, new BucketRing(LEVELS[level] as Level));
    return taken;
  }

  #putBack(level: number, taken: BucketRing): void {
    for (const bucket of this.#fresh[level]?.read() ?? []) taken.put(bucket);
    this.#fresh[level] = taken;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

const NOTHING: Found = { before: undefined, buckets: [] };

/** Merges buckets in order; those of the same index, the later ones last, become one. */
function merge(buckets: readonly (Bucket | undefined)[]): Bucket[] {
  const all = new Map<number, Bucket>();
  for (const bucket of buckets) {
    const before = bucket && all.get(bucket.index);
    if (bucket) all.set(bucket.index, before ? mergeBuckets(before, bucket) : bucket);
  }
  return [...all.values()].sort((one, other) => one.index - other.index);
}

function toRow({ index, min, max, last }: Bucket, bucketMs: number): HistoryRow {
  return [index * bucketMs, min, max, last];
}
