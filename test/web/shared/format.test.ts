import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createFormat } from '../../../web/shared/format.ts';

const english = createFormat('en');
const portuguese = createFormat('pt-BR');
const en = english.instrument;
/** Replaces non-breaking spaces by plain ones. */
const plain = (text: string) => text.replaceAll('\u00a0', ' ');

describe('figures', () => {
  it.each([
    [312.5, '312.5 µs'],
    [1250, '1.25 ms'],
    [1_000_000, '1 s'],
    [999.96, '1 ms'],
    [0.5, '0.5 µs'],
    [19_999.99, '20 ms'],
  ])('a time of %d µs reads %s', (us, text) => {
    expect(plain(en.time(us))).toBe(text);
  });

  it.each([
    [800, '800 Hz'],
    [8000, '8 kHz'],
    [40_000, '40 kHz'],
    [0.5, '0.5 Hz'],
    [2_500_000, '2.5 MHz'],
  ])('a frequency of %d Hz reads %s', (hz, text) => {
    expect(plain(en.frequency(hz))).toBe(text);
  });

  it('follow the customs of the language', () => {
    expect(plain(portuguese.instrument.percent(42.5))).toBe('42,5%');
    expect(en.percent(42.5)).toBe('42.5\u00a0%');
    expect(portuguese.list(['led/21', 'button/23'])).toBe('led/21 e button/23');
    expect(english.list(['led/21', 'button/23'])).toBe('led/21 and button/23');
  });

  it('are rounded to one decimal place if no instrument measures', () => {
    expect(english.percent(42.25)).toBe('42.3 %');
    expect(portuguese.percent(42.25)).toBe('42,3%');
    expect(portuguese.frequency(40_000)).toBe('40 kHz');
    expect(english.frequency(800)).toBe('800 Hz');
    expect([2, 0.00125, 0.0000125].map(english.duration)).toEqual(['2 s', '1.25 ms', '12.5 µs']);
    expect(english.measure(35, '°')).toBe('35°');
  });

  it('of time read as a clock has them, and days as each language does', () => {
    const timeMs = new Date(2026, 10, 24, 14, 5).getTime();
    expect([english, portuguese].map(({ timeOfDay }) => timeOfDay(timeMs))).toEqual(['14:05', '14:05']);
    expect(english.day(timeMs)).toBe('Nov 24');
    expect(portuguese.day(timeMs)).toMatch(/^24 de nov/);
    expect(english.moment(timeMs)).toBe('Nov 24, 14:05');
    expect(portuguese.moment(timeMs)).toMatch(/^24 de nov.*14:05$/);
  });

  it('are written as the browser writes them, whether or not it is asked', () => {
    const value = fc.oneof(
      fc.double({ min: -2000, max: 2000, noNaN: true }),
      fc.integer({ min: -2_000_000, max: 2_000_000 }).map((thousandths) => thousandths / 1000),
    );
    fc.assert(
      fc.property(
        value,
        fc.nat(3),
        fc.constantFrom('en', 'pt-BR', 'de'),
        (given, maximumFractionDigits, language) => {
          const { number, plainNumber } = createFormat(language);
          // No sign before a zero.
          const options = { maximumFractionDigits, signDisplay: 'negative' } as const;
          const written = new Intl.NumberFormat(language, options).format(given);
          expect(number(given, maximumFractionDigits)).toBe(written);
          const plain = new Intl.NumberFormat(language, { ...options, useGrouping: false });
          expect(plainNumber(given, maximumFractionDigits)).toBe(plain.format(given));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are written without the browser’s tables as long as they are short', () => {
    const tables = vi.spyOn(Intl, 'NumberFormat');
    const { number, plainNumber, percent, frequency } = createFormat('pt-BR');
    expect([number(42.25), plainNumber(0.5), percent(100), frequency(800)]).toEqual([
      '42,3',
      '0,5',
      '100%',
      '800 Hz',
    ]);
    expect(tables).not.toHaveBeenCalled();
    tables.mockRestore();
    expect(number(1234.5)).toBe('1.234,5');
  });
});
