import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTopicFilter, matchesFilter, parseTopicFilter } from '../../hub/core/filter.ts';
import { filterPath, matches, topicName } from './topic-names.ts';

describe('A filter', () => {
  it('matches as MQTT 5, 4.7 says', () => {
    fc.assert(
      fc.property(filterPath, topicName, (path, topic) => {
        expect(matchesFilter(path, topic)).toBe(matches(path, topic));
      }),
      { numRuns: 5_000 },
    );
  });

  it('is taken apart and can be put together again, shared or not', () => {
    const group = fc.string({ minLength: 1 }).filter((name) => !/[/+#\0]/.test(name) && name.isWellFormed());
    fc.assert(
      fc.property(filterPath, fc.option(group), (path, name) => {
        const filter = name === null ? path : `$share/${name}/${path}`;
        fc.pre(name !== null || !path.startsWith('$share'));
        const parsed = parseTopicFilter(filter);
        expect(parsed).toEqual({ filter, path, group: name ?? undefined });
        expect(parsed.group === undefined ? parsed.path : `$share/${parsed.group}/${parsed.path}`).toBe(
          filter,
        );
      }),
    );
  });

  it('is refused exactly if a wildcard is not a whole level, or # not the last', () => {
    const level = fc.string({ unit: fc.constantFrom('a', '+', '#', '$') });
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 4 }), (levels) => {
        fc.pre(levels.join('/') !== '');
        const isWhole = (text: string) => text.length === 1 || !/[+#]/.test(text);
        const isLast = levels.slice(0, -1).every((text) => !text.includes('#'));
        expect(isTopicFilter(levels.join('/'))).toBe(levels.every(isWhole) && isLast);
      }),
      { numRuns: 2_000 },
    );
  });
});
