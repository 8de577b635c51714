import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { formatNumber } from '../../devices/facts/value.ts';
import { parseBoolean, parseChoice, parseDuty, parseNumber, parsePercent } from '../../devices/payload.ts';
import { parse } from '../../devices/pipeline/parse.ts';
import { toBusMessage } from '../../hub/core/local-bus.ts';
import { Message } from '../../hub/core/message.ts';

const PARSERS = {
  parseNumber,
  parsePercent,
  parseDuty,
  parseBoolean,
  choice: parseChoice(['none', 'blink']),
};

/** Text of all kinds, including text that looks like a value. */
const texts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[ "+\-.0-9eE%{}:,dutyransio]{0,20}$/),
  fc.json(),
  fc.anything().map((value) => String(JSON.stringify(value))),
  fc.constantFrom(
    '',
    'NaN',
    'null',
    'Infinity',
    '{"__proto__":{"duty":1}}',
    '{"constructor":1,"duty":1}',
    '[]',
    '"',
  ),
);

/** Numbers with at most three decimals, which is the precision that is kept. */
const numbers = fc.integer({ min: -1e12, max: 1e12 }).map((thousandths) => thousandths / 1000);

/** All numbers that a parser returned. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

describe('parsers', () => {
  test.each(Object.entries(PARSERS))(
    '%s gives a value or a refusal with a reason, for any text',
    (_, parser) => {
      fc.assert(
        fc.property(texts, (text) => {
          const outcome = outcomeOf(() => parser(text));
          if (outcome.error === undefined) expect(numbersIn(outcome.value)).not.toContain(Number.NaN);
          else
            expect(outcome.error).toMatchObject({
              code: 'payload/invalid',
              message: expect.stringMatching(/./),
            });
          expect(Object.prototype).not.toHaveProperty('duty');
        }),
      );
    },
  );

  test.each([
    ['plain', (text: string) => text],
    ['with space around', (text: string) => `\n ${text}\t`],
    ['as a JSON string', (text: string) => `"${text}"`],
  ])('a number %s is read back as it was', (_, write) => {
    fc.assert(
      fc.property(numbers, (number) => {
        expect(parseNumber(write(formatNumber(number)))).toBe(number);
        expect(parsePercent(write(formatNumber(number)))).toBe(number);
        expect(parsePercent(write(`${formatNumber(number)}%`))).toBe(number);
        expect(parseDuty(`{"duty":${write(formatNumber(number))}}`)).toEqual({ percent: number });
      }),
    );
  });

  test('any number that JavaScript writes is read', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        expect(parseNumber(String(number))).toBe(number + 0);
      }),
    );
  });

  test('a duty keeps its transition', () => {
    fc.assert(
      fc.property(numbers, numbers, (duty, transition) => {
        expect(parseDuty(JSON.stringify({ duty, transition }))).toEqual({
          percent: duty,
          seconds: transition,
        });
      }),
    );
  });
});

describe('canonical payloads', () => {
  test('are plain decimals, and are their own canonical form', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), (number) => {
        const text = formatNumber(number);
        expect(text).toMatch(/^(?!-0$)-?\d+(\.\d{1,3})?$/);
        expect(formatNumber(parseNumber(text))).toBe(text);
        expect(Math.abs(Number(text) - number)).toBeLessThanOrEqual(0.0005 + 1e-6);
      }),
    );
  });
});

test('a message of any bytes is a value or a refusal, and the stream goes on', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
      const results: unknown[] = [];
      const messages = [bytes, '42'].map((payload) =>
        toBusMessage(new Message('led/21/duty', payload), false),
      );
      from(messages)
        .pipe(parse(parseDuty))
        .subscribe((parsed) => results.push(parsed.refusal?.code ?? parsed));
      expect(results).toHaveLength(2);
      expect(results[1]).toMatchObject({ value: { percent: 42 } });
    }),
  );
});

function outcomeOf<T>(parse: () => T): { value?: T; error?: unknown } {
  try {
    return { value: parse() };
  } catch (error) {
    return { error };
  }
}
