import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isTopicName, parseTopicFilter } from '../../../../hub/core/index.ts';
import { judgeName } from '../../../../simulator/view/device/device-name.ts';
import { tabDeviceFrom } from '../../../../simulator/view/device/from-query.ts';

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
  const start = (name: string) => [`${name}/led/21`];

  it('makes its tab no device unless asked', () => {
    expect(tabDeviceFrom('', start)).toEqual({ state: { is: 'none' }, prefix: '' });
  });

  it('makes its tab a device, and shows that one', () => {
    expect(tabDeviceFrom('?device=ana', start)).toEqual({
      state: { is: 'running', name: 'ana', topics: ['ana/led/21'] },
      prefix: 'ana/',
    });
  });

  it('starts nothing under a name that is not fit', () => {
    const refuse = () => {
      throw new Error('started');
    };
    const { state, prefix } = tabDeviceFrom('?device=a%2Fb', refuse);
    expect(state).toEqual({ is: 'refused', name: { verdict: 'unfit', name: 'a/b' } });
    expect(prefix).toBe('');
  });
});
