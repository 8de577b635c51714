import { type Bucket, mergeBuckets } from './bucket.ts';
import { LEVELS } from './level.ts';
import type { Slots } from './slots.ts';

/** Buckets that last as long as the process. */
export class MemorySlots implements Slots {
  readonly #rings = LEVELS.map(() => new Map<number, Bucket>());

  read(level: number, first: number, last: number): Bucket[] {
    return [...(this.#rings[level]?.values() ?? [])]
      .filter(({ index }) => index >= first && index <= last)
      .sort((one, other) => one.index - other.index);
  }

  write(level: number, buckets: Iterable<Bucket>): void {
    const count = LEVELS[level]?.count ?? 1;
    for (const bucket of buckets) {
      const slot = bucket.index % count;
      const before = this.#rings[level]?.get(slot);
      const isSame = before?.index === bucket.index;
      this.#rings[level]?.set(slot, before && isSame ? mergeBuckets(before, bucket) : bucket);
    }
  }
}
