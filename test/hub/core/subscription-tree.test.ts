import { describe, expect, it } from 'vitest';
import { SubscriptionTree } from '../../../hub/core/subscription-tree.ts';

function found(tree: SubscriptionTree<string>, topic: string): string[] {
  const values: string[] = [];
  tree.match(topic, (value) => values.push(value));
  return values.sort();
}

describe('A subscription tree', () => {
  it('finds what is filed under the name, under wildcards, and under the parent’s #', () => {
    const tree = new SubscriptionTree<string>();
    const paths = ['a/b', 'a/+', '+/b', '+/+', 'a/b/#', 'a/#', '#', '+/#', 'a/b/c', 'a', 'b/+', 'a/+/#'];
    for (const path of paths) tree.add(path, path);
    expect(found(tree, 'a/b')).toEqual(
      ['#', '+/#', '+/+', '+/b', 'a/#', 'a/+', 'a/+/#', 'a/b', 'a/b/#'].sort(),
    );
  });

  it('hides topics that begin with $ from a leading wildcard only', () => {
    const tree = new SubscriptionTree<string>();
    for (const path of ['#', '+/b', '$a/+', '$a/#', 'x/#', 'x/+']) tree.add(path, path);
    expect(found(tree, '$a/b')).toEqual(['$a/#', '$a/+']);
    expect(found(tree, 'x/$a')).toEqual(['#', 'x/#', 'x/+'].sort());
  });

  it('holds a value once for each filter, however often it is added', () => {
    const tree = new SubscriptionTree<string>();
    tree.add('a', 'one');
    tree.add('a', 'one');
    tree.add('+', 'one');
    tree.add('a', 'two');
    expect(found(tree, 'a')).toEqual(['one', 'one', 'two']);
    expect(tree.remove('a', 'one')).toBe(true);
    expect(found(tree, 'a')).toEqual(['one', 'two']);
  });

  it.each(['a', 'a/b/c', '+', '#', 'a/+/#', '/', '__proto__/constructor'])(
    'leaves nothing behind of %s',
    (path) => {
      const tree = new SubscriptionTree<string>();
      tree.add(path, 'one');
      tree.add(path, 'two');
      expect(tree.remove(path, 'one')).toBe(true);
      expect(tree.isEmpty).toBe(false);
      expect(tree.remove(path, 'two')).toBe(true);
      expect(tree.isEmpty).toBe(true);
    },
  );

  it('keeps the branches that others still need', () => {
    const tree = new SubscriptionTree<string>();
    tree.add('a/b/c', 'deep');
    tree.add('a/b', 'shallow');
    tree.remove('a/b/c', 'deep');
    expect(found(tree, 'a/b')).toEqual(['shallow']);
    tree.add('a/b/c', 'deep');
    tree.remove('a/b', 'shallow');
    expect(found(tree, 'a/b/c')).toEqual(['deep']);
  });

  it('reports when there was nothing to remove', () => {
    const tree = new SubscriptionTree<string>();
    tree.add('a/b', 'one');
    for (const path of ['a', 'a/b/c', 'a/+', 'a/b/#', 'x']) expect(tree.remove(path, 'one')).toBe(false);
    expect(tree.remove('a/b', 'two')).toBe(false);
    expect(found(tree, 'a/b')).toEqual(['one']);
  });

  it('visits few values among very many filters', () => {
    const tree = new SubscriptionTree<string>();
    for (let n = 0; n < 20_000; n++) tree.add(`site/${n}/+/state`, String(n));
    tree.add('site/+/led/#', 'all');
    expect(found(tree, 'site/777/led/state')).toEqual(['777', 'all']);
  });
});
