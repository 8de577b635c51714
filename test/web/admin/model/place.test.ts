import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashOf, parsePlace, TABS } from '../../../../web/admin/model/place.ts';

it('a place comes back from its hash, for any name of a client', () => {
  fc.assert(
    fc.property(fc.constantFrom(...TABS), fc.string({ unit: 'grapheme' }), (tab, about) => {
      expect(parsePlace(hashOf(tab, about))).toEqual({ tab, about });
    }),
    { numRuns: 200 },
  );
});

it.each(['', '#', '#nothing', '#constructor/x'])(
  'a hash that names no section leads to the clients: %j',
  (hash) => {
    expect(parsePlace(hash).tab).toBe('clients');
  },
);

it('what somebody typed without encoding it is taken as it is', () => {
  expect(parsePlace('#trace/100%')).toEqual({ tab: 'trace', about: '100%' });
});
