import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNaturally } from '../../../web/shared/natural-order.ts';

describe('the natural order', () => {
  it.each([
    ['counts', ['led/2', 'led/10', 'led/100']],
    ['does not mind zeros in front', ['led/7', 'led/08', 'led/9']],
    ['does not mind case and accents', ['ana', 'Área', 'azul', 'Balcony']],
    ['has what is above before what is below', ['ana', 'ana/led/1', 'anabel']],
    ['goes on after a number', ['1a/led/2', '1b/led/1', '2a/led/1']],
  ])('%s', (_, names) => {
    expect(names.toReversed().sort(compareNaturally)).toEqual(names);
  });

  it('is one order for any names: only equal names compare as equal', () => {
    const name = fc.oneof(fc.string(), fc.constantFrom('led/1', 'LED/1', 'led/01', 'léd/1', 'led/10'));
    fc.assert(
      fc.property(name, name, name, (one, other, third) => {
        const order = Math.sign(compareNaturally(one, other));
        expect(order === 0).toBe(one === other);
        expect(Math.sign(compareNaturally(other, one))).toBe(0 - order);
        const isChain = compareNaturally(one, other) <= 0 && compareNaturally(other, third) <= 0;
        if (isChain) expect(compareNaturally(one, third)).toBeLessThanOrEqual(0);
      }),
    );
  });
});
