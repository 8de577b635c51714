import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Message } from '../../hub/core/message.ts';
import { Layout, Toggled } from '../../hub/gateways/inspector/layout.ts';
import { InspectionRoom } from '../../hub/gateways/inspector/room.ts';
import { type TopicNode, TopicTree } from '../../hub/gateways/inspector/topic-tree.ts';
import { topicName } from './topic-names.ts';

const ENDLESS = { inspectedTopics: Infinity, inspectedBytes: Infinity };

/** Topics that are counted: live, or recalled as retained. */
const event = fc.record({ topic: topicName, isLive: fc.boolean() });
const events = fc.array(event, { maxLength: 60 });

function happen(tree: TopicTree, { topic, isLive }: { topic: string; isLive: boolean }): void {
  const message = new Message(topic, 'x');
  if (isLive) tree.count({ message, at: 1, publisher: undefined });
  else tree.recall(message);
}

/** All levels that there are above topics, the topics included. */
function levelsOf(topics: Iterable<string>): string[] {
  const above = (topic: string) =>
    topic.split('/').map((_, index, names) => names.slice(0, index + 1).join('/'));
  return [...new Set([...topics].flatMap(above))];
}

const isWithin = (topic: string, level: string) => topic === level || topic.startsWith(`${level}/`);

/** The rows as a list, computed again from all levels. */
function naiveRows(levels: readonly string[], isOpen: (level: string) => boolean, above?: string): string[] {
  const depth = above === undefined ? 1 : above.split('/').length + 1;
  const below = levels.filter(
    (level) => level.split('/').length === depth && (above === undefined || level.startsWith(`${above}/`)),
  );
  const name = (level: string) => level.split('/').at(-1) ?? '';
  return below
    .sort((one, other) => (name(one) < name(other) ? -1 : 1))
    .flatMap((level) => [level, ...(isOpen(level) ? naiveRows(levels, isOpen, level) : [])]);
}

describe('The tree of an inspector', () => {
  it('counts every message in its topic and in all levels above, and every topic once', () => {
    fc.assert(
      fc.property(events, (all) => {
        const tree = new TopicTree(new InspectionRoom(ENDLESS));
        for (const one of all) happen(tree, one);
        const live = all.filter(({ isLive }) => isLive);
        const topics = new Set(all.map(({ topic }) => topic));
        const levels = levelsOf(topics);
        expect(tree.size).toBe(levels.length);
        expect([tree.root.messages, tree.root.topics]).toEqual([live.length, topics.size]);
        for (const level of levels) {
          const node = tree.find(level) ?? expect.unreachable(level);
          expect(node.topic).toBe(level);
          expect(node.messages).toBe(live.filter(({ topic }) => isWithin(topic, level)).length);
          expect(node.topics).toBe([...topics].filter((topic) => isWithin(topic, level)).length);
        }
        expect([...tree.topics()].map(({ topic }) => topic).sort()).toEqual([...topics].sort());
      }),
      { numRuns: 100 },
    );
  });

  it('loses no count where there is no room, holds no more than there is room for, and gives all of it back', () => {
    const limits = fc.record({ inspectedTopics: fc.nat(12), inspectedBytes: fc.nat(3_000) });
    fc.assert(
      fc.property(events, limits, (all, limit) => {
        const room = new InspectionRoom(limit);
        const tree = new TopicTree(room);
        for (const one of all) happen(tree, one);
        const live = all.filter(({ isLive }) => isLive).length;
        expect(tree.root.messages).toBe(live);
        const counted = [...tree.topics()].reduce((sum, { own }) => sum + own, 0);
        expect(counted + tree.uncounted).toBe(live);
        const kept = [...tree.topics()].reduce((sum, { last }) => sum + (last?.message.size ?? 0), 0);
        expect(room.taken).toEqual({ topics: tree.size, bytes: kept });
        expect(tree.size).toBeLessThanOrEqual(limit.inspectedTopics);
        expect(kept).toBeLessThanOrEqual(limit.inspectedBytes);
        tree.end();
        expect(room.taken).toEqual({ topics: 0, bytes: 0 });
      }),
      { numRuns: 100 },
    );
  });

  it('taken over while both count has the counts of the other, whenever each topic is taken over', () => {
    fc.assert(
      fc.property(events, events, (before, meanwhile) => {
        const room = new InspectionRoom(ENDLESS);
        const [source, copy] = [new TopicTree(room), new TopicTree(room)];
        for (const one of before) happen(source, one);
        const coming = meanwhile.filter(({ isLive }) => isLive).values();
        const both = () => {
          const { done, value } = coming.next();
          if (!done) for (const tree of [source, copy]) happen(tree, value);
        };
        for (const node of source.topics()) {
          copy.adopt(node);
          both();
        }
        for (const node of source.topics()) expect(copy.find(node.topic)?.own).toBe(node.own);
        expect([copy.root.messages, copy.root.topics]).toEqual([source.root.messages, source.root.topics]);
      }),
      { numRuns: 200 },
    );
  });

  it('has its rows in the order of their names, and any window of them is a piece of the whole list', () => {
    const window = fc.record({ from: fc.nat(30), count: fc.nat(30), isOpenAtFirst: fc.boolean() });
    fc.assert(
      fc.property(events, fc.array(topicName, { maxLength: 20 }), window, (all, chosen, wanted) => {
        const tree = new TopicTree(new InspectionRoom(ENDLESS));
        for (const one of all) happen(tree, one);
        const levels = levelsOf(all.map(({ topic }) => topic));
        // Topics that are there, with some of those above them, and some that are not there.
        const toggled = levelsOf([...chosen, ...levels.filter((_, index) => index % 3 === 0)]);
        const isOpen = (level: string) => toggled.includes(level) !== wanted.isOpenAtFirst;
        const { isOpenAtFirst } = wanted;
        const listOf = (node: TopicNode) => node.list;
        const layout = new Layout(tree.root, { toggled: new Toggled(toggled), isOpenAtFirst, listOf });
        const rows = naiveRows(levels, isOpen);
        expect(layout.size).toBe(rows.length);
        const found = layout.rows(wanted.from, wanted.count);
        expect(found.map(({ node }) => node.topic)).toEqual(rows.slice(wanted.from).slice(0, wanted.count));
        for (const { node, depth } of found) expect(depth).toBe(node.topic.split('/').length - 1);
      }),
      { numRuns: 300 },
    );
  });
});
