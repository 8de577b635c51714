import fc from 'fast-check';
import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Hub } from '../../hub/core/hub.ts';
import { Message } from '../../hub/core/message.ts';
import { FilteredCensus, FullCensus } from '../../hub/gateways/inspector/census.ts';
import { Layout, Toggled } from '../../hub/gateways/inspector/layout.ts';
import { InspectionRoom } from '../../hub/gateways/inspector/room.ts';
import { type TopicNode, TopicTree } from '../../hub/gateways/inspector/topic-tree.ts';
import { SearchQueue } from '../../hub/session/search-queue.ts';
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

/** All levels above topics, including the topics themselves. */
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

/** Values of topics, and texts to look for in both. */
const word = fc.constantFrom('on', 'off', 'offline', '');
const valued = fc.record({ topic: topicName.filter((topic) => !topic.startsWith('$')), value: word });
const valuesOf = (tree: TopicTree) =>
  [...tree.topics()].map(({ topic, last }) => ({ topic, value: last?.message.text }));
const RIGHTS = { mayRead: () => true, maySubscribe: (path: string) => path === '#' };

describe('What passes the filters of an inspector', () => {
  it('is every topic that has the text in its name, or has had it in its value since, with all its counts', () => {
    const many = fc.array(valued, { maxLength: 30 });
    fc.assert(
      fc.property(many, many, many, word, (before, meanwhile, after, text) => {
        const scheduler = new VirtualTimeScheduler();
        const hub = new Hub({ now: () => scheduler.now() });
        const searches = new SearchQueue(scheduler, hub.now);
        const options = { hub, searches, room: new InspectionRoom(ENDLESS) };
        const publish = ({ topic, value }: { topic: string; value: string }) =>
          hub.publish(new Message(topic, value, { retain: topic.length % 2 === 0 }));
        before.forEach(publish);
        const full = new FullCensus(options, RIGHTS);
        scheduler.flush();
        const sifted = new FilteredCensus(full, { text }, options);
        const known = valuesOf(full.tree);
        meanwhile.forEach(publish);
        scheduler.flush();
        const later = valuesOf(full.tree);
        after.forEach(publish);
        const found = [...sifted.tree.topics()].map(({ topic }) => topic);
        const passing = (all: readonly { topic: string; value: string | undefined }[]) =>
          all.filter(({ topic, value }) => topic.toLowerCase().includes(text) || value?.includes(text));
        const topicsOf = (all: readonly { topic: string }[]) => all.map(({ topic }) => topic);
        expect(found).toEqual(expect.arrayContaining(topicsOf(passing([...meanwhile, ...later, ...after]))));
        expect(topicsOf(passing([...known, ...meanwhile, ...after]))).toEqual(expect.arrayContaining(found));
        for (const node of sifted.tree.topics()) expect(node.own).toBe(full.tree.find(node.topic)?.own);
        const own = [...sifted.tree.topics()].reduce((sum, node) => sum + node.own, 0);
        expect([sifted.tree.root.messages, sifted.tree.root.topics]).toEqual([own, found.length]);
      }),
      { numRuns: 200 },
    );
  });
});

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

  it('loses no count if there is no room, holds no more than there is room for, and gives all of it back', () => {
    const limits = fc.record({ inspectedTopics: fc.nat(12), inspectedBytes: fc.nat(3_000) });
    fc.assert(
      fc.property(events, limits, (all, limit) => {
        const room = new InspectionRoom(limit);
        const tree = new TopicTree(room, { mostEarlier: 2 });
        for (const one of all) happen(tree, one);
        const live = all.filter(({ isLive }) => isLive).length;
        expect(tree.root.messages).toBe(live);
        const counted = [...tree.topics()].reduce((sum, { own }) => sum + own, 0);
        expect(counted + tree.uncounted).toBe(live);
        const held = [...tree.topics()].flatMap(({ last, earlier = [] }) => [
          ...earlier,
          ...(last ? [last] : []),
        ]);
        const kept = held.reduce((sum, { message }) => sum + message.size, 0);
        expect(room.taken).toEqual({ topics: tree.size, bytes: kept });
        expect(tree.size).toBeLessThanOrEqual(limit.inspectedTopics);
        expect(kept).toBeLessThanOrEqual(limit.inspectedBytes);
        tree.end();
        expect(room.taken).toEqual({ topics: 0, bytes: 0 });
      }),
      { numRuns: 100 },
    );
  });

  it('has no more room for long topics than for as many characters of short ones', () => {
    const room = new InspectionRoom({ inspectedTopics: 1_000, inspectedBytes: 0 });
    const tree = new TopicTree(room);
    const long = 'x'.repeat(60_000);
    for (let index = 0; index < 100; index++) {
      happen(tree, { topic: `${index}${long}`, isLive: true });
      happen(tree, { topic: `${long}/${index}`, isLive: true });
    }
    const characters = [...tree.topics()].reduce((sum, { topic }) => sum + topic.length, 0);
    expect(characters).toBeGreaterThan(0);
    expect(characters).toBeLessThan(1_000 * 256 + 1);
    expect(tree.root.messages).toBe(200);
    tree.end();
    expect(room.taken).toEqual({ topics: 0, bytes: 0 });
  });

  it('leaves room for others, however often one owner looks', () => {
    const room = new InspectionRoom({ inspectedTopics: 900, inspectedBytes: 90_000 });
    const look = (owner: string) => {
      const tree = new TopicTree(room.shareOf(owner));
      for (let index = 0; index < 500; index++) happen(tree, { topic: `${index}`, isLive: false });
      return tree;
    };
    const greedy = [look('one'), look('one'), look('one')];
    expect(greedy.map(({ size, isFull }) => [size, isFull])).toEqual([
      [500, false],
      [300, true],
      [0, true],
    ]);
    const other = look('other');
    expect(other.size).toBe(88);
    expect([...other.topics()].some(({ last }) => last !== undefined)).toBe(true);
    for (const tree of [...greedy, other]) tree.end();
    expect(room.taken).toEqual({ topics: 0, bytes: 0 });
    expect(look('one').size).toBe(500);
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
        // Existing topics, some levels above them, and some topics that do not exist.
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
