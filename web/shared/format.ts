/** Numbers, units and times by the customs of a language. */
export interface Format {
  /** A number with at most `maxDigits` digits after the decimal mark; default 1. */
  number(value: number, maxDigits?: number): string;
  /** The same without marks between thousands, as it is typed. */
  plainNumber(value: number, maxDigits?: number): string;
  /** A number with its unit, if it has one: `42.5 %`, `42,5%`, `35°`, `7`; at most `maxDigits` digits after the decimal mark, default 1. */
  measure(value: number, unit: string, maxDigits?: number): string;
  /** A share of a hundred: `42.5 %`, `42,5%`. */
  percent(value: number): string;
  /** A frequency, Hz or kHz. */
  frequency(hz: number): string;
  /** A time in the unit that suits it: `1.25 ms`. */
  duration(seconds: number): string;
  /** The local time of day of milliseconds since 1970: `14:05`. */
  timeOfDay(timeMs: number): string;
  /** The same with seconds: `14:05:09`. */
  exactTime(timeMs: number): string;
  /** The local day: `Nov 24`. */
  day(timeMs: number): string;
  /** The local day and time of day: `Nov 24, 14:05`. */
  moment(timeMs: number): string;
  /** A sentence's list: `a, b and c`. */
  list(items: readonly string[]): string;
  /** As an oscilloscope shows them. */
  readonly instrument: InstrumentFormat;
}

/** Four digits at most, as an instrument has no more, and no line break before the unit. */
export interface InstrumentFormat {
  number(value: number): string;
  percent(percent: number): string;
  time(us: number): string;
  frequency(hz: number): string;
}

/** Units, the largest first. */
type Units = readonly (readonly [unit: string, size: number])[];

const TIME_UNITS: Units = [
  ['s', 1e6],
  ['ms', 1e3],
  ['µs', 1],
];

const FREQUENCY_UNITS: Units = [
  ['MHz', 1e6],
  ['kHz', 1e3],
  ['Hz', 1],
];

/** `language` is a tag of BCP 47. */
export function createFormat(language: string): Format {
  const grouped = once(() => new Intl.NumberFormat(language));
  const plain = (value: number) =>
    String(value).replace('.', DECIMAL_MARKS[language.slice(0, 2)] ?? grouped().format(0.5).charAt(1));
  const number = (value: number, maxDigits = 1) => {
    const rounded = round(value, maxDigits);
    return Math.abs(rounded) < 1000 ? plain(rounded) : grouped().format(rounded);
  };
  const measure = (value: number, unit: string, maxDigits?: number) =>
    number(value, maxDigits) + withGap(language, unit);
  const conjunction = once(() => new Intl.ListFormat(language, { type: 'conjunction' }));
  return {
    number,
    plainNumber: (value, maxDigits = 3) => plain(round(value, maxDigits)),
    measure,
    percent: (value) => measure(value, '%'),
    frequency: (hz) => (hz < 10_000 ? `${number(hz)} Hz` : `${number(hz / 1000)} kHz`),
    duration: (seconds) => formatDuration(seconds, number),
    ...createTimes(language),
    list: (items) => conjunction().format(items),
    instrument: createInstrumentFormat(language, plain),
  };
}

/**
 * The decimal marks of some languages. With its first number `Intl` loads tables, which keeps a phone from the first view for a tenth of a second.
 */
const DECIMAL_MARKS: Readonly<Record<string, string>> = { en: '.', pt: ',' };

/** Rounds what the decimal digits say: 1.005, whose binary digits are a little less, becomes 1.01. */
function round(value: number, maxDigits: number): number {
  return Number((value * (1 + Number.EPSILON)).toFixed(maxDigits));
}

/** A unit as it follows a number: signs of angles never stand apart, and in Portuguese the percent sign does not, either. */
function withGap(language: string, unit: string): string {
  const isJoined = unit === '' || unit === '°' || (unit === '%' && language.startsWith('pt'));
  return isJoined ? unit : ` ${unit}`;
}

/** Creates something when it is first needed: a format of Intl takes a phone some milliseconds, and a page needs few of them to begin with. */
function once<T extends object>(create: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= create();
    return made;
  };
}

function createTimes(language: string): Pick<Format, 'timeOfDay' | 'exactTime' | 'day' | 'moment'> {
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const day = { day: 'numeric', month: 'short' } as const;
  const formatter = (options: Intl.DateTimeFormatOptions) => {
    const format = once(() => new Intl.DateTimeFormat(language, options));
    return (timeMs: number) => format().format(timeMs);
  };
  return {
    timeOfDay: formatter(time),
    exactTime: formatter({ ...time, second: '2-digit' }),
    day: formatter(day),
    moment: formatter({ ...day, ...time }),
  };
}

function formatDuration(seconds: number, number: Format['number']): string {
  if (seconds >= 1) return `${number(seconds, 2)} s`;
  return seconds >= 1e-3 ? `${number(seconds * 1e3, 2)} ms` : `${number(seconds * 1e6, 1)} µs`;
}

function createInstrumentFormat(language: string, plain: (value: number) => string): InstrumentFormat {
  const number = (value: number) => plain(Number(value.toPrecision(4)));
  const withUnit = (value: number, units: Units) => {
    const [unit, size] = units.find(([, least]) => value >= least) ?? units.at(-1) ?? ['', 1];
    return `${number(value / size)}\u00a0${unit}`;
  };
  return {
    number,
    percent: (percent) => `${number(percent)}${withGap(language, '%').replace(' ', '\u00a0')}`,
    // Rounded first, or 999.96 would read 1000 µs.
    time: (us) => withUnit(Number(us.toPrecision(4)), TIME_UNITS),
    frequency: (hz) => withUnit(hz, FREQUENCY_UNITS),
  };
}
