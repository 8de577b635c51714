import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SubscriptionTree } from '../../hub/core/subscription-tree.ts';
import { filterPath, matches, topicName } from './topic-names.ts';

const change = fc.record({ add: fc.boolean(), path: filterPath, value: fc.integer({ min: 0, max: 3 }) });

function find(tree: SubscriptionTree<number>, topic: string): number[] {
  const found: number[] = [];
  tree.match(topic, (value) => found.push(value));
  return found.sort();
}

describe('A subscription tree', () => {
  it('finds what a look at every filter finds, after any additions and removals, and ends empty', () => {
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 60 }),
        fc.array(topicName, { maxLength: 10 }),
        (changes, topics) => {
          const tree = new SubscriptionTree<number>();
          const filed = new Map<string, { path: string; value: number }>();
          for (const { add, path, value } of changes) {
            const key = `${value} ${path}`;
            if (add) tree.add(path, value);
            else expect(tree.remove(path, value)).toBe(filed.has(key));
            if (add) filed.set(key, { path, value });
            else filed.delete(key);
          }
          for (const topic of topics) {
            const expected = [...filed.values()]
              .filter(({ path }) => matches(path, topic))
              .map(({ value }) => value);
            expect(find(tree, topic)).toEqual(expected.sort());
            expect(tree.hasMatch(topic)).toBe(expected.length > 0);
          }
          expect(tree.isEmpty).toBe(filed.size === 0);
          for (const { path, value } of filed.values()) tree.remove(path, value);
          expect(tree.isEmpty).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
