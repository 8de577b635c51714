import type { Language } from '../shared/language.ts';

const TIME_UNITS = [
  { unit: 's', us: 1e6 },
  { unit: 'ms', us: 1e3 },
  { unit: 'µs', us: 1 },
] as const;

const FREQUENCY_UNITS = [
  { unit: 'MHz', hz: 1e6 },
  { unit: 'kHz', hz: 1e3 },
  { unit: 'Hz', hz: 1 },
] as const;

/** Numbers with their units, which no line break parts, by the customs of a language. Four digits at most: an oscilloscope knows no more. */
export interface Format {
  number(value: number): string;
  percent(percent: number): string;
  time(us: number): string;
  frequency(hz: number): string;
  /** A sentence's list: `a, b and c`. */
  list(items: readonly string[]): string;
}

export function createFormat(language: Language): Format {
  const digits = new Intl.NumberFormat(language, { maximumSignificantDigits: 4, useGrouping: false });
  const conjunction = new Intl.ListFormat(language, { type: 'conjunction' });
  const number = (value: number) => digits.format(value);
  return {
    number,
    percent: (percent) => `${number(percent)}\u00a0%`,
    time: (us) => {
      // Rounded first, or 999.96 would read 1000 µs.
      const rounded = Number(us.toPrecision(4));
      const { unit, us: size } = TIME_UNITS.find((each) => rounded >= each.us) ?? TIME_UNITS[2];
      return `${number(rounded / size)}\u00a0${unit}`;
    },
    list: (items) => conjunction.format(items),
    frequency: (hz) => {
      const { unit, hz: size } = FREQUENCY_UNITS.find((each) => hz >= each.hz) ?? FREQUENCY_UNITS[2];
      return `${number(hz / size)}\u00a0${unit}`;
    },
  };
}
