import type { Language } from '../../shared/language.ts';
import { type SessionWords, sessionWords } from '../../shared/session-words.ts';
import { en, type Messages } from './en.ts';
import { ptBr } from './pt-br.ts';

/** Everything that a view needs to speak one language. */
export interface Words extends SessionWords {
  readonly language: Language;
  readonly say: Messages;
  /** A number with at most so many digits after the point (the comma); default 1. */
  number(value: number, maxDigits?: number): string;
  /** A number with its unit: `42.5 %`, `35°`. */
  measure(value: number, unit: string): string;
  /** A share of a hundred: `42.5 %`, `42,5 %`. */
  percent(value: number): string;
  /** A frequency, Hz or kHz. */
  frequency(hz: number): string;
  /** A time in the unit that suits it: `1.25 ms`. */
  duration(seconds: number): string;
  /** A time of day where the page is, of a time in milliseconds since 1970: `14:05`. */
  timeOfDay(timeMs: number): string;
  /** A day where the page is: `Nov 24`. */
  day(timeMs: number): string;
  /** A day and a time of day where the page is: `Nov 24, 14:05`. */
  moment(timeMs: number): string;
}

/** The words of each language. */
export const words: Readonly<Record<Language, Words>> = {
  en: createWords('en', en),
  'pt-BR': createWords('pt-BR', ptBr),
};

function createWords(language: Language, say: Messages): Words {
  const formats = [0, 1, 2, 3].map(
    (maximumFractionDigits) => new Intl.NumberFormat(language, { maximumFractionDigits }),
  );
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const day = { day: 'numeric', month: 'short' } as const;
  const times = new Intl.DateTimeFormat(language, time);
  const days = new Intl.DateTimeFormat(language, day);
  const moments = new Intl.DateTimeFormat(language, { ...day, ...time });
  const number = (value: number, maxDigits = 1) => formats[maxDigits]?.format(value) ?? String(value);
  return {
    language,
    ...sessionWords[language],
    say,
    number,
    measure: (value, unit) => (unit === '°' ? `${number(value)}°` : `${number(value)} ${unit}`),
    percent: (value) => `${number(value)} %`,
    frequency: (hz) => (hz < 10_000 ? `${number(hz)} Hz` : `${number(hz / 1000)} kHz`),
    duration: (seconds) => duration(seconds, number),
    timeOfDay: (timeMs) => times.format(timeMs),
    day: (timeMs) => days.format(timeMs),
    moment: (timeMs) => moments.format(timeMs),
  };
}

function duration(seconds: number, number: Words['number']): string {
  if (seconds >= 1) return `${number(seconds, 2)} s`;
  return seconds >= 1e-3 ? `${number(seconds * 1e3, 2)} ms` : `${number(seconds * 1e6, 1)} µs`;
}
