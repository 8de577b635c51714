import { describe, expect, it } from 'vitest';
import { formatColor, readColor } from '../../../devices/facts/color.ts';

describe('a color from outside', () => {
  it.each(['#ff8000', ' FF8000 ', '"#ff8000"'])('is read from %j', (text) => {
    expect(readColor(text)).toEqual([255, 128, 0]);
  });

  it.each(['', 'red', '#fff', '#ff80000', '#gg0000'])('is not read from %j', (text) => {
    expect(readColor(text)).toBeUndefined();
  });

  it('is written with a #, in lower case, two digits for each part', () => {
    expect(formatColor([255, 8, 0])).toBe('#ff0800');
  });
});
