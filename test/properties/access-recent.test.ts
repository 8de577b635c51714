import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LruMap } from '../../hub/limits/lru-map.ts';

const key = fc.nat(20).map(String);
const event = fc.record({ key, kind: fc.constantFrom('set' as const, 'set' as const, 'delete' as const) });

it('whatever is set and deleted, the last so many keys are remembered, and no more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(event, { maxLength: 100 }), (capacity, events) => {
      const recent = new LruMap<number>(capacity);
      let model: (readonly [key: string, value: number])[] = [];
      events.forEach(({ key, kind }, index) => {
        model = model.filter(([other]) => other !== key);
        if (kind === 'set') {
          recent.set(key, index);
          model = [...model, [key, index] as const].slice(-capacity);
        } else {
          recent.delete(key);
        }
        const known = new Map(model);
        for (let one = 0; one <= 20; one++) expect(recent.get(String(one))).toBe(known.get(String(one)));
      });
    }),
  );
});
