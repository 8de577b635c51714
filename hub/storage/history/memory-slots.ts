import type { Bucket } from './bucket.ts';
import { BucketRing } from './bucket-ring.ts';
import { LEVELS } from './level.ts';
import type { Found, Slots } from './slots.ts';

/** Buckets that last as long as the process. */
export class MemorySlots implements Slots {
  #rings = createRings();

  async read(level: number, first: number, last: number): Promise<Found> {
    const ring = this.#rings[level];
    return { before: ring?.lastBefore(first), buckets: ring?.read(first, last) ?? [] };
  }

  async write(fresh: readonly (readonly Bucket[])[]): Promise<void> {
    for (const [level, buckets] of fresh.entries()) {
      for (const bucket of buckets) this.#rings[level]?.put(bucket);
    }
  }

  async remove(): Promise<void> {
    this.#rings = createRings();
  }
}

function createRings(): BucketRing[] {
  return LEVELS.map(({ count }) => new BucketRing(count));
}
