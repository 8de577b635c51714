import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTopicName, parseTopicFilter } from '../../../../hub/core/index.ts';
import { judgeName } from '../../../../web/simulator/device/device-name.ts';
import { readQuery, withView } from '../../../../web/simulator/device/from-query.ts';

describe("a device's name", () => {
  it.each(['ana', 'Ana-2', 'joão', '7', 'a_b', 'x'.repeat(32), ' ana '])('%j is fit', (text) => {
    expect(judgeName(text)).toEqual({ verdict: 'fit', name: text.trim() });
  });

  it.each(['', ' ', 'a/b', '+', '#', '$SYS', 'a b', '-a', '_a', 'x'.repeat(33), 'a\0b', '😀', '<b>'])(
    '%j is not',
    (text) => {
      expect(judgeName(text).verdict).toBe('unfit');
    },
  );

  it.each(['led', 'button', 'servo', 'rgb', 'board', 'LED'])(
    '%j would be taken for something else',
    (text) => {
      expect(judgeName(text).verdict).toBe('reserved');
    },
  );

  it('that is fit is always a topic of its own, without wildcards', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const { verdict, name } = judgeName(text);
        fc.pre(verdict === 'fit');
        expect(isTopicName(`${name}/led/21/duty`)).toBe(true);
        expect(parseTopicFilter(`${name}/led/21`).group).toBeUndefined();
        expect(name).not.toContain('/');
      }),
    );
  });
});

describe("a page's query", () => {
  it.each([
    ['', undefined, undefined],
    ['?device=ana', { verdict: 'fit', name: 'ana' }, 'ana'],
    ['?device=a%2Fb', { verdict: 'unfit', name: 'a/b' }, undefined],
    ['?device=led', { verdict: 'reserved', name: 'led' }, undefined],
    ['?board=lab/ana', undefined, 'lab/ana'],
    ['?board=lab&device=ana', { verdict: 'fit', name: 'ana' }, 'ana'],
  ])('%j wants %j, and shows the board %j, in both views', (query, wanted, board) => {
    expect(readQuery(query)).toEqual({ wanted, board, isCircuit: false });
    const other = withView(query, 'circuit');
    expect(readQuery(other)).toEqual({ wanted, board, isCircuit: true });
    expect(readQuery(withView(other, 'bench'))).toEqual({ wanted, board, isCircuit: false });
  });
});
