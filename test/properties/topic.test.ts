import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HubError } from '../../hub/core/error.ts';
import { parseTopicFilter } from '../../hub/core/filter.ts';
import { isTopicName, MAX_TOPIC_LEVELS, parseTopicName } from '../../hub/core/topic.ts';
import { topicName } from './topic-names.ts';

/** Text of every kind: including half surrogates, NULs, wildcards and slashes. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', '/', '+', '#', '$', '\0', '\ud800', '\udc00', 'é') }),
);

function isValid(text: string): boolean {
  const levels = text.split('/');
  return (
    text !== '' &&
    !/[+#\0]/.test(text) &&
    text.isWellFormed() &&
    levels.length <= MAX_TOPIC_LEVELS &&
    Buffer.byteLength(text) <= 65_535
  );
}

describe('Any text', () => {
  it('is a topic name or is refused with topic/invalid, by the rules of MQTT 5, 4.7', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isTopicName(text)).toBe(isValid(text));
        expect(outcome(() => parseTopicName(text))).toBe(isValid(text) ? text : 'topic/invalid');
      }),
      { numRuns: 2_000 },
    );
  });

  it('of any length is refused exactly if it has more than 65,535 bytes', () => {
    const unit = fc.constantFrom('a', 'é', '€', '💡');
    fc.assert(
      fc.property(unit, fc.integer({ min: 16_000, max: 66_000 }), (one, count) => {
        const text = one.repeat(count);
        expect(isTopicName(text)).toBe(Buffer.byteLength(text) <= 65_535);
      }),
      { numRuns: 100 },
    );
  });
});

describe('Any value', () => {
  it('that is not text is refused as a topic and as a filter, with a short message and no other error', () => {
    const notText = fc.anything().filter((value) => typeof value !== 'string');
    fc.assert(
      fc.property(notText, (value) => {
        expect(outcome(() => parseTopicName(value))).toBe('topic/invalid');
        expect(outcome(() => parseTopicFilter(value))).toBe('filter/invalid');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('A topic name', () => {
  it('is a filter too, which matches that name alone', () => {
    fc.assert(
      fc.property(
        topicName.filter((name) => !name.startsWith('$share')),
        (name) => {
          expect(parseTopicFilter(name)).toEqual({ filter: name, path: name, group: undefined });
        },
      ),
    );
  });
});

/** The result: the value, or the error's code. Any error but a `HubError` fails the test. */
function outcome(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof HubError)) throw error;
    expect(error.message.length).toBeLessThan(300);
    return error.code;
  }
}
