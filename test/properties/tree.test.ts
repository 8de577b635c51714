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
          }
          expect(tree.isEmpty).toBe(filed.size === 0);
          for (const { path, value } of filed.values()) tree.remove(path, value);
          expect(tree.isEmpty).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('visits no more nodes than the levels of a topic and the count of wildcard nodes allow', () => {
    const level = fc.constantFrom('a', 'a', '+', '+', 'b');
    const deep = fc.array(level, { minLength: 1, maxLength: 12 }).map((levels) => levels.join('/'));
    const topic = fc.array(fc.constantFrom('a', 'a', 'a', 'b'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        fc.array(deep, { maxLength: 200 }),
        topic,
        fc.array(fc.nat(), { maxLength: 20 }),
        (paths, names, gone) => {
          const tree = new SubscriptionTree<number>();
          for (const path of paths) {
            const before = tree.wildcardNodes;
            const added = tree.newWildcardNodes(path);
            tree.add(path, 0);
            expect(tree.wildcardNodes - before).toBe(added);
          }
          const left = new Set(paths);
          for (const index of gone) {
            const path = paths[index % paths.length];
            if (path === undefined) continue;
            tree.remove(path, 0);
            left.delete(path);
          }
          expect(tree.wildcardNodes).toBe(prefixesWithThreePluses(left).size);
          const visited = tree.match(names.join('/'), () => undefined);
          expect(visited).toBeLessThanOrEqual(freeNodes(names.length) + tree.wildcardNodes);
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** The prefixes of these paths that have three `+` or more: `wildcardNodes` must count these. */
function prefixesWithThreePluses(paths: Iterable<string>): Set<string> {
  const prefixes = new Set<string>();
  for (const path of paths) {
    const names = path.split('/');
    for (let end = 1; end <= names.length; end++) {
      const prefix = names.slice(0, end);
      if (prefix.filter((name) => name === '+').length >= 3) prefixes.add(prefix.join('/'));
    }
  }
  return prefixes;
}

/** The most nodes with two `+` or fewer that a topic with this many levels can visit. */
function freeNodes(levels: number): number {
  let nodes = 0;
  for (let depth = 0; depth <= levels; depth++) nodes += 1 + depth + (depth * (depth - 1)) / 2;
  return nodes;
}
