import { describe, expect, it } from 'vitest';
import { createFormat } from '../../../../web/shared/format.ts';
import { HEADER_PINS, headerPinOf, pinName } from '../../../../web/simulator/header/header-pins.ts';
import { nextPin } from '../../../../web/simulator/header/next-pin.ts';

const physicalsOf = (role: string) =>
  HEADER_PINS.filter((pin) => pin.role === role).map(({ physical }) => physical);

describe('the 40-pin header', () => {
  it('numbers its pins from 1 to 40', () => {
    expect(HEADER_PINS.map(({ physical }) => physical)).toEqual(
      Array.from({ length: 40 }, (_, index) => index + 1),
    );
  });

  it('carries GPIO 0–27, each once', () => {
    const gpios = HEADER_PINS.flatMap(({ gpio }) => (gpio === undefined ? [] : [gpio]));
    expect(gpios.sort((one, other) => one - other)).toEqual(Array.from({ length: 28 }, (_, index) => index));
  });

  it('has ground and power at the same pins as the board', () => {
    expect(physicalsOf('ground')).toEqual([6, 9, 14, 20, 25, 30, 34, 39]);
    expect(physicalsOf('power-5v')).toEqual([2, 4]);
    expect(physicalsOf('power-3v3')).toEqual([1, 17]);
  });

  it.each([
    [21, 40],
    [23, 16],
    [17, 11],
    [18, 12],
    [2, 3],
    [12, 32],
    [13, 33],
    [19, 35],
  ])('has GPIO %d at pin %d', (gpio, physical) => {
    expect(headerPinOf(gpio)?.physical).toBe(physical);
  });

  it('does not carry the chip’s other GPIO', () => {
    expect(headerPinOf(28)).toBeUndefined();
  });

  it.each([
    ['en', '3.3 V'],
    ['pt-BR', '3,3 V'],
  ] as const)('names its pins as they are called in print in %s', (language, power) => {
    const format = createFormat(language).instrument;
    const names = HEADER_PINS.map((pin) => pinName(pin, format));
    expect([40, 39, 1, 2].map((physical) => names[physical - 1])).toEqual(['GPIO 21', 'GND', power, '5 V']);
  });
});

describe('an arrow key', () => {
  it('moves to the GPIO beside, above or below', () => {
    expect(nextPin(21, 'ArrowUp')).toBe(20);
    expect(nextPin(24, 'ArrowUp')).toBe(23);
    expect(nextPin(23, 'ArrowLeft')).toBe(22);
    expect(nextPin(22, 'ArrowDown')).toBe(10);
  });

  it('passes power and ground', () => {
    expect(nextPin(15, 'ArrowDown')).toBe(18);
    expect(nextPin(18, 'ArrowDown')).toBe(23);
    expect(nextPin(4, 'ArrowDown')).toBe(17);
  });

  it('stops at the end of the header', () => {
    expect(nextPin(21, 'ArrowDown')).toBeUndefined();
    expect(nextPin(14, 'ArrowUp')).toBeUndefined();
  });

  it('leaves other keys be', () => {
    expect(nextPin(21, 'Tab')).toBeUndefined();
  });
});
