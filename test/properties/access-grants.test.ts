import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filtersOverlap, Grants } from '../../hub/access/rights/grants.ts';
import { isTopicFilter, matchesFilter } from '../../hub/core/filter.ts';
import { isTopicName } from '../../hub/core/topic.ts';

const level = fc.constantFrom('', 'a', 'b', 'ana', '$SYS', '$x');
const topic = fc
  .array(level, { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter((text) => isTopicName(text));
const filter = fc
  .array(fc.oneof(level, fc.constantFrom('+', '#')), { minLength: 1, maxLength: 4 })
  .map((levels) => levels.join('/'))
  .filter((text) => isTopicFilter(text));
/** Names chosen to do harm, and any others. */
const name = fc.oneof(
  fc.constantFrom('+', '#', '$SYS', '%u', '%c', 'a/b', '../a', '', '+/#'),
  level,
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

it('a name never opens a topic that does not hold that very name as a level', () => {
  fc.assert(
    fc.property(name, name, topic, (user, clientIdentifier, other) => {
      const role = { read: ['%u/#', 'x/%c/+', '+/%u'], publish: ['%u/%c'], report: [] };
      const grants = new Grants(role, { user, clientIdentifier });
      const levels = other.split('/');
      if (grants.mayRead(other)) {
        expect(levels[0] === user || levels[1] === user || levels[1] === clientIdentifier).toBe(true);
      }
      if (grants.mayPublish(other)) expect(other).toBe(`${user}/${clientIdentifier}`);
      if (other.startsWith('$')) expect(grants.mayRead(other)).toBe(false);
    }),
  );
});

it('whoever may read some topic that matches a filter may subscribe to it', () => {
  fc.assert(
    fc.property(filter, filter, topic, (own, wanted, some) => {
      const grants = new Grants(
        { read: [own], publish: [], report: [] },
        { user: 'u', clientIdentifier: 'c' },
      );
      if (grants.mayRead(some) && matchesFilter(wanted, some)) expect(grants.maySubscribe(wanted)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

it('filters overlap in both directions, and only if some topic matches both', () => {
  fc.assert(
    fc.property(filter, filter, (one, other) => {
      expect(filtersOverlap(one, other)).toBe(filtersOverlap(other, one));
      expect(filtersOverlap(one, other)).toBe(witnesses(one, other).some(matchesBoth(one, other)));
    }),
    { numRuns: 1_000 },
  );
});

function matchesBoth(one: string, other: string) {
  return (candidate: string) => matchesFilter(one, candidate) && matchesFilter(other, candidate);
}

/** Topics made of two filters' levels; if any topic matches both filters, one of these does. They include the empty one, which no client can publish. */
function witnesses(one: string, other: string): string[] {
  const left = one.split('/');
  const right = other.split('/');
  const length = Math.max(left.length, right.length);
  const literal = (level: string | undefined) => (level === '+' || level === '#' ? undefined : level);
  const levels = Array.from({ length }, (_, index) => literal(left[index]) ?? literal(right[index]) ?? 'z');
  return levels.map((_, index) => levels.slice(0, index + 1).join('/'));
}
