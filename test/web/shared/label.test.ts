import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSameLabel,
  type Label,
  type LabelField,
  LONGEST_NAME,
  labelChanges,
  NO_LABEL,
  readLabel,
} from '../../../web/shared/label.ts';

const anyName = fc.option(
  fc.string({ minLength: 1, maxLength: LONGEST_NAME }).filter((text) => /^\S+( \S+)*$/.test(text)),
  { nil: undefined },
);
const anyLabel: fc.Arbitrary<Label> = fc.record({
  name: anyName,
  group: anyName,
  order: fc.option(fc.integer(), { nil: undefined }),
  isFavorite: fc.boolean(),
  isHidden: fc.boolean(),
});

const read = (texts: Partial<Record<LabelField, string>>) => readLabel((field) => texts[field]);

describe('what people have set about a device', () => {
  it('is read from its topics, and empty without them', () => {
    const texts = { name: ' Desk \n lamp ', group: 'Office', order: '3', favorite: 'true', hidden: 'true' };
    expect(read(texts)).toEqual({
      name: 'Desk lamp',
      group: 'Office',
      order: 3,
      isFavorite: true,
      isHidden: true,
    });
    expect(read({})).toEqual(NO_LABEL);
  });

  it('is empty if the topics hold something else', () => {
    expect(read({ name: '  ', order: 'first', favorite: 'yes', hidden: '1' })).toEqual(NO_LABEL);
    expect(read({ order: 'Infinity' })).toEqual(NO_LABEL);
    expect(read({ name: 'x'.repeat(5000) }).name).toHaveLength(LONGEST_NAME);
  });

  it('comes back from the topics as it was published, and only what differs is published', () => {
    fc.assert(
      fc.property(anyLabel, anyLabel, (from, to) => {
        const before = Object.fromEntries(labelChanges(NO_LABEL, from));
        expect(read(before)).toEqual(from);
        expect(read({ ...before, ...Object.fromEntries(labelChanges(from, to)) })).toEqual(to);
        expect(labelChanges(from, to).size === 0).toBe(isSameLabel(from, to));
      }),
    );
  });
});
