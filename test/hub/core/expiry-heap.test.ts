import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Expiring, ExpiryHeap } from '../../../hub/core/expiry-heap.ts';

it('gives what has expired in order of expiry, whatever was added and removed before', () => {
  const change = fc.record({ expiresAt: fc.integer({ min: 0, max: 20 }), isRemoved: fc.boolean() });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 100 }), (changes) => {
      const heap = new ExpiryHeap<Expiring>();
      const items = changes.map(({ expiresAt }) => ({ expiresAt, heapIndex: -1 }));
      for (const item of items) heap.add(item);
      for (const [index, { isRemoved }] of changes.entries()) {
        const item = items[index];
        if (isRemoved && item) heap.remove(item);
        if (isRemoved && item) heap.remove(item);
      }
      const given: number[] = [];
      for (let item = heap.expiredAt(10); item; item = heap.expiredAt(10)) {
        given.push(item.expiresAt);
        heap.remove(item);
      }
      const expected = changes.filter(({ isRemoved, expiresAt }) => !isRemoved && expiresAt <= 10);
      expect(given).toEqual(expected.map(({ expiresAt }) => expiresAt).sort((one, other) => one - other));
      expect(items.filter(({ heapIndex }) => heapIndex !== -1).every(({ expiresAt }) => expiresAt > 10)).toBe(
        true,
      );
    }),
    { numRuns: 500 },
  );
});
