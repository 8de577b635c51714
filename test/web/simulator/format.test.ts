import { describe, expect, it } from 'vitest';
import { createFormat } from '../../../web/simulator/format.ts';

const en = createFormat('en');
/** With the spaces that no line break takes as plain ones. */
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
    expect(plain(createFormat('pt-BR').percent(42.5))).toBe('42,5 %');
    expect(en.percent(42.5)).toBe('42.5\u00a0%');
    expect(createFormat('pt-BR').list(['led/21', 'button/23'])).toBe('led/21 e button/23');
    expect(en.list(['led/21', 'button/23'])).toBe('led/21 and button/23');
  });
});
