import { describe, expect, it } from 'vitest';
import { Message } from '../../../hub/core/message.ts';
import { RetainedMessages } from '../../../hub/core/retained.ts';
import type { RetainedLimits } from '../../../hub/core/retained-room.ts';
import { HUB_ITSELF, type Publisher } from '../../../hub/core/subscription.ts';

function create(limits: Partial<RetainedLimits> = {}) {
  const clock = { now: 0 };
  const retained = new RetainedMessages({ now: () => clock.now, limits });
  const store = (topic: string, payload = 'x', expiresAt?: number) =>
    retained.store(new Message(topic, payload, { retain: true, expiresAt }));
  const storeFor = (owner: Publisher['owner'], topic: string, payload = 'x') =>
    retained.store(new Message(topic, payload, { retain: true }), owner);
  const topics = (path: string) => [...retained.match(path)].map(({ topic }) => topic).sort();
  return { clock, retained, store, storeFor, topics };
}

describe('Retained messages', () => {
  it('are the last of each topic', () => {
    const { retained, store } = create();
    store('a', '1');
    store('a', '2');
    store('a/b', '3');
    expect(retained.get('a')?.text).toBe('2');
    expect(retained.get('a/b')?.text).toBe('3');
    expect(retained.get('a/b/c')).toBeUndefined();
    expect(retained.get('b')).toBeUndefined();
    expect(retained.size).toBe(2);
  });

  it('are found by filter', () => {
    const { store, topics } = create();
    for (const topic of ['a', 'a/b', 'a/b/c', 'a/x/c', '/a', 'a/', '$a/b', 'a/$b']) store(topic);
    expect(topics('#')).toEqual(['a', 'a/b', 'a/b/c', 'a/x/c', '/a', 'a/', 'a/$b'].sort());
    expect(topics('a/#')).toEqual(['a', 'a/b', 'a/b/c', 'a/x/c', 'a/', 'a/$b'].sort());
    expect(topics('a/+')).toEqual(['a/', 'a/$b', 'a/b']);
    expect(topics('a/+/c')).toEqual(['a/b/c', 'a/x/c']);
    expect(topics('+/+')).toEqual(['/a', 'a/', 'a/$b', 'a/b']);
    expect(topics('+/a')).toEqual(['/a']);
    expect(topics('$a/#')).toEqual(['$a/b']);
    expect(topics('a/b')).toEqual(['a/b']);
    expect(topics('a/b/#')).toEqual(['a/b', 'a/b/c']);
    expect(topics('b/#')).toEqual([]);
  });

  it('are removed by an empty payload, and leave nothing behind', () => {
    const { retained, store, topics } = create();
    store('a/b/c');
    store('a/b');
    store('a/b/c', '');
    expect(topics('#')).toEqual(['a/b']);
    store('a/b', '');
    store('never/there', '');
    expect([retained.size, retained.bytes, retained.isEmpty, topics('#')]).toEqual([0, 0, true, []]);
  });

  it('are forgotten when they have expired, as soon as anybody comes across them', () => {
    const { clock, retained, store, topics } = create();
    store('a/1', 'x', 100);
    store('a/2', 'x', 200);
    store('a/3', 'x', 100);
    clock.now = 99;
    expect(topics('a/+')).toEqual(['a/1', 'a/2', 'a/3']);
    clock.now = 100;
    expect(retained.get('a/1')).toBeUndefined();
    expect(topics('a/+')).toEqual(['a/2']);
    expect(retained.size).toBe(1);
  });

  it('may expire while somebody receives them', () => {
    const { clock, retained, store } = create();
    store('a', 'x', 100);
    store('b', 'x', 100);
    const found = retained.match('+')[Symbol.iterator]();
    expect(found.next().value.topic).toBe('a');
    clock.now = 100;
    expect(found.next().done).toBe(true);
  });

  it('do not show up in a search that began before they were stored, and replaced ones do not either', () => {
    const { retained, store } = create();
    for (const topic of ['a/1', 'a/2', 'a/3']) store(topic, 'old');
    const found = retained.match('#')[Symbol.iterator]();
    expect(found.next().value.topic).toBe('a/1');
    store('a/2', 'new'); // Reaches its subscribers directly: as a retained message it would arrive twice.
    store('a/4', 'new');
    store('b', 'new');
    expect(found.next().value.topic).toBe('a/3');
    expect(found.next().done).toBe(true);
  });

  it('may be changed while somebody receives them', () => {
    const { retained, store } = create();
    for (const topic of ['a/b/1', 'a/b/2', 'c']) store(topic);
    const found = retained.match('#')[Symbol.iterator]();
    expect(found.next().value.topic).toBe('a/b/1');
    store('a/b/1', '');
    store('a/b/2', '');
    store('a/b/2', 'new');
    expect(found.next().value.topic).toBe('c');
    expect(found.next().done).toBe(true);
    expect(retained.size).toBe(2);
  });

  it('are searched level by level, whether there is something to find or not', () => {
    const { retained, store } = create();
    for (const topic of ['a/b', 'a/c', 'd', '$e/f']) store(topic);
    const steps = (path: string) => [...retained.scan(path)].map((message) => message?.topic);
    const nothing = undefined;
    expect(steps('+/c')).toEqual([nothing, nothing, 'a/c', nothing, nothing]); // root, a, a/c, d, $e
    expect(steps('+/+/+')).toHaveLength(6); // root, a, a/b, a/c, d, $e
    expect(steps('#')).toEqual([nothing, nothing, 'a/b', 'a/c', 'd', nothing]);
    expect(steps('x/y')).toEqual([nothing]);
  });

  it('keep names apart that mean something to JavaScript', () => {
    const { retained, store, topics } = create();
    store('__proto__');
    store('constructor/prototype');
    expect(topics('#')).toEqual(['__proto__', 'constructor/prototype']);
    expect(retained.get('toString')).toBeUndefined();
    expect(retained.get('constructor')).toBeUndefined();
  });

  describe('beyond their number', () => {
    it('are refused, with what is allowed', () => {
      const { retained, store } = create({ retainedMessages: 2 });
      store('a');
      store('b');
      expect(() => store('c')).toThrow(expect.objectContaining({ code: 'limit/exceeded' }));
      expect(() => store('c/d')).toThrow('"c/d": at most 2 topics');
      expect(retained.size).toBe(2);
    });

    it('may still replace one another, and take the place of removed ones', () => {
      const { retained, store, topics } = create({ retainedMessages: 2 });
      store('a');
      store('b');
      store('b', 'new');
      store('a', '');
      store('c');
      expect(topics('#')).toEqual(['b', 'c']);
      expect(retained.get('b')?.text).toBe('new');
    });

    it('take the place of expired messages', () => {
      const { clock, store, topics } = create({ retainedMessages: 3 });
      store('a', 'x', 100);
      store('b', 'x', 200);
      store('c');
      clock.now = 150;
      store('d');
      expect(topics('#')).toEqual(['b', 'c', 'd']);
      expect(() => store('e')).toThrow('at most 3 topics');
      clock.now = 200;
      store('e');
      expect(topics('#')).toEqual(['c', 'd', 'e']);
    });

    it('keep count when the one to be replaced has itself expired', () => {
      const { clock, retained, store, topics } = create({ retainedBytes: 3000 });
      store('a', 'x'.repeat(500), 100);
      store('b', 'x'.repeat(500));
      clock.now = 100;
      store('a', 'x'.repeat(1500));
      expect(topics('#')).toEqual(['a', 'b']);
      store('a', '');
      store('b', '');
      expect([retained.size, retained.bytes]).toEqual([0, 0]);
    });
  });

  describe('beyond their bytes', () => {
    it('are refused, and the topic keeps its old message', () => {
      const { retained, store } = create({ retainedBytes: 2000 });
      store('a', 'small');
      expect(() => store('a', 'x'.repeat(2000))).toThrow('2000 bytes');
      expect(retained.get('a')?.text).toBe('small');
      expect(() => store('b', 'x'.repeat(2000))).toThrow('2000 bytes');
      expect(retained.size).toBe(1);
    });

    it('count the levels of their topics, which take memory as well', () => {
      const { store } = create({ retainedBytes: 20_000 });
      expect(() => store(Array(128).fill('a').join('/'), 'x')).toThrow('20000 bytes');
      store('a', 'x');
    });
  });

  describe('of several owners', () => {
    it('leave room for owners who have little, in topics and in bytes', () => {
      const inTopics = create({ retainedMessages: 100 });
      const inBytes = create({ retainedBytes: 1_000_000 });
      for (let topic = 0; topic < 200; topic++) {
        attempt(() => inTopics.storeFor('eve', `eve/${topic}`));
        attempt(() => inBytes.storeFor('eve', `eve/${topic}`, 'x'.repeat(10_000)));
      }
      expect(inTopics.retained.size).toBe(89);
      for (const { storeFor } of [inTopics, inBytes]) {
        for (const value of ['7', '42.5']) storeFor('ana', 'led/21/duty/actual', value);
        expect(() => storeFor('eve', 'eve/more', 'x'.repeat(10_000))).toThrow('those who hold less than you');
      }
    });

    it('may always be replaced by small ones, which does not let their owner hold more in the end', () => {
      const { storeFor, retained } = create({ retainedBytes: 1_000_000 });
      for (const [size, topics] of [
        ['x'.repeat(10_000), 200],
        ['9', 2_000],
      ] as const) {
        for (let topic = 0; topic < topics; topic++) attempt(() => storeFor('eve', `eve/${topic}`, size));
      }
      storeFor('eve', 'eve/199', '10');
      for (let length = 0; length < 100_000; length += 500) {
        attempt(() => storeFor('eve', 'eve/199', 'x'.repeat(length)));
      }
      expect(retained.get('eve/199')?.length).toBeLessThan(1_000);
      storeFor('ana', 'led/21/duty', 'x'.repeat(10_000));
    });

    it('belong to whoever published last, and to nobody once they are gone', () => {
      const { storeFor, retained } = create({ retainedMessages: 10 });
      for (let topic = 0; topic < 9; topic++) storeFor(`client ${topic}`, `a/${topic}`);
      for (let topic = 0; topic < 9; topic++) storeFor('eve', `a/${topic}`, 'new');
      expect(() => storeFor('eve', 'b')).toThrow('no room');
      for (let topic = 0; topic < 9; topic++) storeFor('ana', `a/${topic}`, '');
      expect(retained.isEmpty).toBe(true);
      for (let topic = 0; topic < 9; topic++) storeFor('eve', `a/${topic}`);
    });

    it('do not take the room of the hub itself, whose own topics are never refused', () => {
      const { storeFor, store, retained } = create({ retainedMessages: 1, retainedBytes: 2_000 });
      storeFor('eve', 'full', 'x'.repeat(1_000));
      expect(() => storeFor('ana', 'led/21/duty')).toThrow('no room');
      for (const value of ['0', '42.5']) storeFor(HUB_ITSELF, 'led/21/duty/actual', value);
      for (let topic = 0; topic < 30; topic++) store(`$SYS/broker/${topic}`, 'x'.repeat(500));
      expect(retained.size).toBe(32);
      retained.delete('led/21/duty/actual');
      expect(() => storeFor('ana', 'led/21/duty')).toThrow('no room');
    });
  });

  describe('from before a restart', () => {
    const kept = ['a', 'b', 'c'].map((topic) => new Message(topic, '1', { retain: true }));

    it('are all there under lower limits, and follow their values, while new topics wait for room', () => {
      for (const limits of [{ retainedMessages: 2 }, { retainedBytes: 500 }]) {
        const { retained, storeFor, topics } = create(limits);
        retained.restore(kept);
        expect(topics('#')).toEqual(['a', 'b', 'c']);
        storeFor('ana', 'a', '42.5');
        expect(retained.get('a')?.text).toBe('42.5');
        expect(() => storeFor('ana', 'd')).toThrow('no room');
        for (const { topic } of kept) storeFor('ana', topic, '');
        storeFor('ana', 'd');
      }
    });

    it('all grow with their values under lower limits, for one owner or several', () => {
      for (const owners of [['ana'], ['ana', 'bia']]) {
        const { retained, storeFor } = create({ retainedBytes: 1_000 });
        const topics = Array.from({ length: 1_000 }, (_, n) => `led/${n}/duty`);
        retained.restore(topics.map((topic) => new Message(topic, '9', { retain: true })));
        for (const [n, topic] of topics.entries()) storeFor(owners[n % owners.length], topic, '10');
        expect(topics.every((topic) => retained.get(topic)?.text === '10')).toBe(true);
      }
    });

    it('may grow by a sixteenth under lower limits if they are one owner’s', () => {
      const { retained, storeFor } = create({ retainedBytes: 1_000 });
      const topics = Array.from({ length: 100 }, (_, n) => `a/${n}`);
      retained.restore(topics.map((topic) => new Message(topic, 'x'.repeat(5_000), { retain: true })));
      for (const topic of topics) storeFor('ana', topic, 'x'.repeat(5_300));
      expect(() => storeFor('ana', 'a/1', 'x'.repeat(15_000))).toThrow('no room');
    });
  });

  it('forget expired messages without looking at the others', () => {
    const { clock, retained, store } = create({ retainedMessages: 10_000 });
    let asked = 0;
    for (let topic = 0; topic < 10_000; topic++) {
      const message = new Message(`a/${topic}`, 'x', { retain: true, expiresAt: 1_000 + topic });
      message.isExpiredAt = (now) => ++asked > 0 && (message.expiresAt ?? 0) <= now;
      retained.store(message);
    }
    asked = 0;
    for (let topic = 0; topic < 1_000; topic++) {
      clock.now = 1_000 + topic;
      store(`b/${topic}`);
    }
    expect(retained.size).toBe(10_000);
    expect(asked).toBeLessThan(10_000);
  });
});

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ code: 'limit/exceeded' });
  }
}
