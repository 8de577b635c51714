import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { networkOf } from '../../../hub/limits/network.ts';
import { type Entry, type Opened, Unauthenticated } from '../../../hub/limits/unauthenticated.ts';

/** An opened thing that records when it is dropped. */
function opened(address: string, dropped: string[], name = address): Opened {
  return { network: networkOf(address), drop: () => dropped.push(name) };
}

const BYTES = 1_000;

describe('unauthenticated connections', () => {
  test('if there are too many, lose the oldest of the network that has most, whoever came last', () => {
    const dropped: string[] = [];
    const all = new Unauthenticated({ strangers: 4, strangerBytes: BYTES });
    all.add(opened('192.0.2.1', dropped));
    for (const name of ['a', 'b', 'c']) all.add(opened('192.0.2.2', dropped, name));
    all.add(opened('192.0.2.3', dropped));
    expect(dropped).toEqual(['a']);
    all.add(opened('::ffff:192.0.2.2', dropped, 'd'));
    expect(dropped).toEqual(['a', 'b']);
    expect(all).toMatchObject({ count: 4, dropped: 2 });
  });

  test('of a proxy count for the networks of its clients, with what they have sent', () => {
    const dropped: string[] = [];
    const all = new Unauthenticated({ strangers: 4, strangerBytes: BYTES });
    const entries = ['a', 'b', 'c', 'd'].map((name) => all.add(opened('127.0.0.1', dropped, name)));
    const [one, two, three] = entries;
    one?.received(600);
    one?.moveTo('192.0.2.1');
    two?.moveTo('192.0.2.2');
    three?.letIn();
    three?.moveTo('192.0.2.2');
    three?.letOut();
    expect([all.count, one?.network]).toEqual([4, '192.0.2.1']);
    all.add(opened('192.0.2.3', dropped));
    expect(dropped, 'of 192.0.2.2, which has two').toEqual(['b']);
    three?.received(500);
    expect(dropped, 'of 192.0.2.1, which has sent most').toEqual(['b', 'a']);
  });

  test('do not count once they are admitted or closed, and count again when they lose that', () => {
    const dropped: string[] = [];
    const all = new Unauthenticated({ strangers: 1, strangerBytes: BYTES });
    const one = all.add(opened('192.0.2.1', dropped, 'one'));
    one.letIn();
    one.letIn();
    expect([all.count, one.isLetIn]).toEqual([0, true]);
    one.letOut();
    one.letOut();
    expect([all.count, one.isLetIn]).toEqual([1, false]);
    one.close();
    one.letOut();
    expect(all.count).toBe(0);
    all.add(opened('192.0.2.1', dropped));
    expect(dropped).toEqual([]);
  });

  test('if they have sent too much, lose the greediest of the network that has sent most', () => {
    const dropped: string[] = [];
    const all = new Unauthenticated({ strangers: 10, strangerBytes: BYTES });
    const [modest, greedy] = ['modest', 'greedy'].map((name) => all.add(opened('192.0.2.1', dropped, name)));
    const other = all.add(opened('192.0.2.2', dropped, 'other'));
    modest?.received(100);
    greedy?.received(700);
    other.received(150);
    expect(dropped).toEqual([]);
    modest?.received(100);
    expect(dropped).toEqual(['greedy']);
    other.received(600);
    expect(dropped, 'what was dropped does not count any longer').toEqual(['greedy']);
  });

  test('are dropped if they send more than was allowed to them, and only for what is still kept', () => {
    const dropped: string[] = [];
    const one = new Unauthenticated({ strangers: 1, strangerBytes: BYTES }).add(opened('192.0.2.1', dropped));
    one.allow(100);
    one.received(100);
    one.forgetBytes();
    one.received(100);
    expect(dropped).toEqual([]);
    one.received(1);
    expect(dropped).toEqual(['192.0.2.1']);
    one.received(1_000_000);
    expect(dropped).toHaveLength(1);
  });

  test('are never more than allowed, and a connection that is the only one of its network stays if another network has two', () => {
    const addresses = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 100 });
    fc.assert(
      fc.property(addresses, fc.integer({ min: 6, max: 10 }), (hosts, strangers) => {
        const there = new Map<Opened, number>();
        const all = new Unauthenticated({ strangers, strangerBytes: BYTES });
        for (const host of hosts) {
          const one: Opened = {
            network: `192.0.2.${host}`,
            drop: () => {
              const theirs = [...there.values()].filter((other) => other === there.get(one)).length;
              expect(theirs).toBeGreaterThan(1);
              there.delete(one);
            },
          };
          there.set(one, host);
          all.add(one);
          expect(all.count).toBe(there.size);
          expect(there.size).toBeLessThanOrEqual(strangers);
        }
      }),
    );
  });

  test('never keep more bytes than allowed, in any order of receiving, admitting and closing', () => {
    const step = fc.record({
      which: fc.nat({ max: 19 }),
      what: fc.constantFrom('received', 'received', 'received', 'letIn', 'letOut', 'forgetBytes', 'close'),
      bytes: fc.integer({ min: 1, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const all = new Unauthenticated({ strangers: 20, strangerBytes: BYTES });
        const entries = Array.from({ length: 20 }, (_, index) => all.add(opened(`192.0.2.${index % 5}`, [])));
        for (const { which, what, bytes } of steps) {
          const entry = entries[which] as Entry;
          if (what === 'received') entry.received(bytes);
          else entry[what]();
          const kept = entries.filter(({ isLetIn }) => !isLetIn).reduce((sum, one) => sum + one.bytes, 0);
          expect(kept).toBeLessThanOrEqual(BYTES);
          expect(all.count).toBe(entries.filter(({ isLetIn }) => !isLetIn).length);
        }
      }),
    );
  });

  test('cost as much each however many they are: the network of each is read once', () => {
    let reads = 0;
    let dropped = 0;
    const all = new Unauthenticated({ strangers: 5_000, strangerBytes: 100_000 });
    const entries = Array.from({ length: 5_000 }, (_, index) =>
      all.add({
        get network() {
          reads++;
          return `10.0.${index >> 8}.${index & 0xff}`;
        },
        drop: () => dropped++,
      }),
    );
    for (let round = 0; round < 10; round++) for (const entry of entries) entry.received(10);
    expect(dropped).toBeGreaterThan(0);
    expect(reads).toBe(5_000);
  });
});
