import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MOST_SHOWN, shortTopic } from '../../../../web/topics/model/short-topic.ts';

const text = (minLength: number) => fc.string({ unit: 'grapheme', minLength, maxLength: 600 });

it('a short topic is shown as it is', () => {
  fc.assert(
    fc.property(text(0), (topic) => {
      fc.pre(topic.length <= MOST_SHOWN);
      expect(shortTopic(topic)).toBe(topic);
    }),
  );
});

it('of a long topic the beginning and the end are shown, and no half of a character', () => {
  fc.assert(
    fc.property(text(MOST_SHOWN + 1), (topic) => {
      const shown = shortTopic(topic);
      const [begin = '', end = ''] = shown.split(/…(?=[^…]*$)/);
      expect(shown.length).toBeLessThanOrEqual(MOST_SHOWN);
      expect(shown.isWellFormed()).toBe(true);
      expect(topic.startsWith(begin)).toBe(true);
      expect(topic.endsWith(end)).toBe(true);
    }),
  );
});
