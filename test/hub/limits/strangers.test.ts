import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Stranger, Strangers } from '../../../hub/limits/unauthenticated.ts';

function stranger(address: string, dropped: string[], name = address): Stranger {
  return { address, drop: () => dropped.push(name) };
}

describe('strangers', () => {
  test('of whom there are too many lose the oldest of the network that has most, whoever came last', () => {
    const dropped: string[] = [];
    const strangers = new Strangers(4);
    strangers.add(stranger('192.0.2.1', dropped));
    for (const name of ['a', 'b', 'c']) strangers.add(stranger('192.0.2.2', dropped, name));
    strangers.add(stranger('192.0.2.3', dropped));
    expect(dropped).toEqual(['a']);
    strangers.add(stranger('::ffff:192.0.2.2', dropped, 'd'));
    expect(dropped).toEqual(['a', 'b']);
    expect(strangers).toMatchObject({ count: 4, dropped: 2 });
  });

  test('who are let in, or go, are strangers no more', () => {
    const dropped: string[] = [];
    const strangers = new Strangers(1);
    const one = stranger('192.0.2.1', dropped);
    strangers.add(one);
    strangers.add(one);
    strangers.delete(one);
    strangers.delete(one);
    expect(strangers.count).toBe(0);
    strangers.add(stranger('192.0.2.1', dropped));
    expect(dropped).toEqual([]);
  });

  test('are never more than may be, and one who is alone in a network stays where another has two', () => {
    const addresses = fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 100 });
    fc.assert(
      fc.property(addresses, fc.integer({ min: 6, max: 10 }), (hosts, most) => {
        const there = new Map<Stranger, number>();
        const strangers = new Strangers(most);
        for (const host of hosts) {
          const one: Stranger = {
            address: `192.0.2.${host}`,
            drop: () => {
              const theirs = [...there.values()].filter((other) => other === there.get(one)).length;
              expect(theirs).toBeGreaterThan(1);
              there.delete(one);
            },
          };
          there.set(one, host);
          strangers.add(one);
          expect(strangers.count).toBe(there.size);
          expect(there.size).toBeLessThanOrEqual(most);
        }
      }),
    );
  });
});
