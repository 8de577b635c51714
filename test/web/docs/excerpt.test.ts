import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../../web/docs/excerpt.ts';

describe('the excerpt of a result', () => {
  it('has the found word as it is in the text', () => {
    expect(excerptOf('O tópico de um LED', ['topico'])).toEqual({
      before: 'O ',
      found: 'tópico',
      after: ' de um LED',
    });
  });

  it('begins with a whole word when it begins within the text', () => {
    const { before, found, after } = excerptOf(`${'many words '.repeat(20)}and here ${'more '.repeat(50)}`, [
      'here',
    ]);
    expect(before).toMatch(/^… (many|words) /);
    expect(found).toBe('here');
    expect(after).toMatch(/ …$/);
  });

  it('is the beginning of the text if only the heading has the word', () => {
    expect(excerptOf('Some text', ['heading'])).toEqual({ before: '', found: '', after: 'Some text' });
  });

  it('is a piece of the text, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), fc.string(), (text, word) => {
        const { before, found, after } = excerptOf(text, [word]);
        expect(text).toContain(before.replace(/^… /, '') + found + after.replace(/ …$/, ''));
      }),
    );
  });
});
