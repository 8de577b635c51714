import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLines, difference } from '../../../../web/topics/model/difference.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });

describe('The difference of two payloads', () => {
  it('has all lines of both, in their order, and as many common ones as possible', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const found = compareLines(before, after);
        const textsOf = (...kinds: string[]) =>
          found.filter(({ is }) => kinds.includes(is)).map(({ text }) => text);
        expect(textsOf('same', 'gone')).toEqual(before);
        expect(textsOf('same', 'new')).toEqual(after);
        expect(textsOf('same').length).toBe(longestCommon(before, after));
      }),
    );
  });

  it('compares JSON field by field, however it is written', () => {
    expect(difference('{"a":1,"b":2}', '{ "a": 1, "b": 3 }')).toEqual([
      { text: '{', is: 'same' },
      { text: '  "a": 1,', is: 'same' },
      { text: '  "b": 2', is: 'gone' },
      { text: '  "b": 3', is: 'new' },
      { text: '}', is: 'same' },
    ]);
  });
});

/** The length of a longest common subsequence, by its definition. */
function longestCommon([first, ...before]: string[], after: string[]): number {
  if (first === undefined || after.length === 0) return 0;
  const at = after.indexOf(first);
  const without = longestCommon(before, after);
  return at < 0 ? without : Math.max(without, 1 + longestCommon(before, after.slice(at + 1)));
}
