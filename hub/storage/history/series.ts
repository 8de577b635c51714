import type { HistoryRow, HistoryWindow } from '../../core/history.ts';
import { type Bucket, mergeBuckets } from './bucket.ts';
import { downsample } from './downsample.ts';
import { LEVELS } from './level.ts';
import type { Slots } from './slots.ts';

/** What one topic's value did. What is new waits in memory until it is flushed. */
export class Series {
  readonly #slots: Slots;
  readonly #sinceMs: number;
  readonly #fresh = LEVELS.map(() => new Map<number, Bucket>());

  /** `sinceMs`: from when on it is told of everything. What was before is only where it is kept. */
  constructor(slots: Slots, sinceMs: number) {
    this.#slots = slots;
    this.#sinceMs = sinceMs;
  }

  record(value: number, timeMs: number): void {
    for (const [level, { bucketMs, isKept, count }] of LEVELS.entries()) {
      const fresh = this.#fresh[level];
      if (!fresh) continue;
      const index = Math.floor(timeMs / bucketMs);
      const bucket = { index, min: value, max: value, last: value };
      const before = fresh.get(index);
      fresh.set(index, before ? mergeBuckets(before, bucket) : bucket);
      if (!isKept && fresh.size > count) forgetFirst(fresh);
    }
  }

  /** Hands what is new to where it is kept. Throws what that throws; nothing is forgotten then. */
  flush(): void {
    for (const [level, { isKept }] of LEVELS.entries()) {
      const fresh = this.#fresh[level];
      if (!isKept || !fresh || fresh.size === 0) continue;
      this.#slots.write(level, fresh.values());
      fresh.clear();
    }
  }

  /** A window, at the finest resolution that still reaches so far back; in front of it the last value before, where there is one. */
  read(window: HistoryWindow, nowMs: number): HistoryRow[] {
    const level = LEVELS.findIndex(
      ({ bucketMs, count, isKept }) =>
        window.fromMs > nowMs - bucketMs * (count - 1) && (isKept || window.fromMs >= this.#sinceMs),
    );
    const chosen = level === -1 ? LEVELS.length - 1 : level;
    const bucketMs = LEVELS[chosen]?.bucketMs ?? 1;
    const first = Math.floor(window.fromMs / bucketMs);
    const found = this.#buckets(chosen, first, Math.floor(window.toMs / bucketMs));
    return [...this.#before(chosen, window.fromMs), ...downsample(found, bucketMs, window)];
  }

  #before(from: number, timeMs: number): HistoryRow[] {
    for (let level = from; level < LEVELS.length; level++) {
      const bucketMs = LEVELS[level]?.bucketMs ?? 1;
      const last = this.#buckets(level, 0, Math.floor(timeMs / bucketMs) - 1).at(-1);
      if (last) return [[last.index * bucketMs, last.min, last.max, last.last]];
    }
    return [];
  }

  #buckets(level: number, first: number, last: number): Bucket[] {
    const kept = LEVELS[level]?.isKept ? this.#slots.read(level, first, last) : [];
    const all = new Map(kept.map((bucket) => [bucket.index, bucket]));
    for (const bucket of this.#fresh[level]?.values() ?? []) {
      if (bucket.index < first || bucket.index > last) continue;
      const before = all.get(bucket.index);
      all.set(bucket.index, before ? mergeBuckets(before, bucket) : bucket);
    }
    return [...all.values()].sort((one, other) => one.index - other.index);
  }
}

function forgetFirst(buckets: Map<number, Bucket>): void {
  for (const index of buckets.keys()) {
    buckets.delete(index);
    return;
  }
}
