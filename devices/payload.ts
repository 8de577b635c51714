import { HubError, quote } from '../hub/core/error.ts';
import { clamp, type Range } from './facts/range.ts';
import { formatNumber, readBoolean, readNumber, unquoted } from './facts/value.ts';
import type { Parser } from './pipeline/parse.ts';

/** Parses `42.5`, ` 42 ` or `"42"`. Throws `payload/invalid`. A number beyond a double's range becomes ±Infinity. */
export const parseNumber: Parser<number> = (text) => numberIn(unquoted(text), text, 'a number, as in 42.5');

/** Parses what `parseNumber` parses, and `42%`. Throws `payload/invalid`. */
export const parsePercent: Parser<number> = (text) => percentIn(unquoted(text), text);

/** A requested duty cycle, and how long the change may take if the request says so. */
export interface DutyRequest {
  /** Percent, not yet clamped. */
  readonly percent: number;
  /** The duration of this one change, seconds; if `undefined`, the `transition` property decides. */
  readonly seconds?: number;
}

/** Parses what `parsePercent` parses, and `{"duty":42,"transition":2}`. Throws `payload/invalid`. */
export const parseDuty: Parser<DutyRequest> = (text) => {
  if (!text.trimStart().startsWith('{')) return { percent: parsePercent(text) };
  const { duty, transition, ...others } = objectIn(text);
  const unknownKey = Object.keys(others)[0];
  if (unknownKey !== undefined) {
    throw refusal(`${quote(text)} has ${quote(unknownKey)}; only "duty" and "transition" are known`);
  }
  const percent = percentIn(scalar(duty), text);
  if (transition === undefined) return { percent };
  return { percent, seconds: numberIn(scalar(transition), text, '"transition" in seconds') };
};

/** Parses `true`, `1`, `on`, and `false`, `0`, `off`, in any case. Throws `payload/invalid`. */
export const parseBoolean: Parser<boolean> = (text) => {
  const value = readBoolean(unquoted(text));
  if (value !== undefined) return value;
  throw refusal(`${quote(text)} is neither true nor false`);
};

/** Creates a parser for one of several words. It throws `payload/invalid`, and the message lists all words. */
export function parseChoice<T extends string>(choices: readonly T[]): Parser<T> {
  return (text) => {
    const word = unquoted(text);
    const choice = choices.find((each) => each === word);
    if (choice !== undefined) return choice;
    throw refusal(`${quote(text)} is not one of ${choices.join(', ')}`);
  };
}

/** Parses, limits, formats and describes a property that is a number in a range. */
export function numberWithin(
  { min, max }: Range,
  { unit = '', step = 1 }: { readonly unit?: string; readonly step?: number } = {},
) {
  return {
    parse: parseNumber,
    limit: (value: number) => clamp({ min, max }, value),
    format: formatNumber,
    schema: { type: 'number', unit, min, max, step },
  } as const;
}

/** Parses, formats and describes a boolean property. */
export const yesOrNo = { parse: parseBoolean, format: String, schema: { type: 'boolean' } } as const;

/** Parses, formats and describes a property that is one of several words. */
export function oneOf<T extends string>(options: readonly T[]) {
  return { parse: parseChoice(options), format: String, schema: { type: 'choice', options } } as const;
}

/** The error for a payload that does not contain a value. */
export function refusal(message: string): HubError {
  return new HubError('payload/invalid', message);
}

function percentIn(text: string, payload: string): number {
  return numberIn(text.replace(/\s*%$/, ''), payload, 'a duty cycle, as in 42.5 (percent, 0–100)');
}

function numberIn(text: string, payload: string, wanted: string): number {
  const value = readNumber(text);
  if (value !== undefined) return value;
  throw refusal(`${payload === '' ? 'an empty payload' : quote(payload)} is not ${wanted}`);
}

/** A number or string inside JSON, as text to parse; any other value becomes a text that cannot be parsed. */
function scalar(value: unknown): string {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value.trim() : '';
}

function objectIn(text: string): Record<string, unknown> {
  try {
    // The text begins with "{", so JSON.parse returns an object or throws.
    return { ...JSON.parse(text) };
  } catch (cause) {
    throw new HubError('payload/invalid', `${quote(text)} is not JSON`, { cause });
  }
}
