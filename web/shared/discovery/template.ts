import { clamp } from '../../../devices/facts/range.ts';
import { isObject } from './members.ts';

/** Reads a value out of a payload; `undefined` if it is not there. */
export type Pick = (payload: string) => string | undefined;

/** Writes a value into a payload. */
export type Wrap = (value: string) => string;

type Filter = (value: unknown, argument: string | undefined) => unknown;

/** The decimals that `toFixed` takes. */
const DECIMALS = { min: 0, max: 20 };

/** Filters that change the writing of a value, and nothing else. */
const FILTERS: Readonly<Record<string, Filter>> = {
  int: (value) => Math.trunc(toNumber(value)),
  float: toNumber,
  round: (value, digits) => Number(toNumber(value).toFixed(clamp(DECIMALS, Number(digits ?? 0) || 0))),
  string: (value) => value,
  trim: (value) => (typeof value === 'string' ? value.trim() : value),
  default: (value) => value,
  is_defined: (value) => value,
};

/** The payload itself, if the template asks for nothing. */
export const whole: Pick & Wrap = (text: string) => text;

const EXPRESSION = /^\s*\{\{-?\s*([\s\S]*?)\s*-?\}\}\s*$/;
const SUBJECT = /^value(?:_json)?((?:\.[a-zA-Z_]\w*|\[\s*(?:'[^'\\]*'|"[^"\\]*"|\d+)\s*\])*)/;
const STEP = /\.([a-zA-Z_]\w*)|\[\s*(?:'([^'\\]*)'|"([^"\\]*)"|(\d+))\s*\]/g;
const FILTER = /^\s*\|\s*([a-z_]+)\s*(?:\(\s*([^()]*?)\s*\))?/;

/**
 * Reads a value template that only picks: `{{ value }}`, `{{ value_json.a.b }}`, `{{ value_json['x'][0] | float | round(1) }}`. Gives
 * `undefined` for one that computes anything.
 */
export function readPick(template: string): Pick | undefined {
  const expression = EXPRESSION.exec(template)?.[1];
  if (expression === undefined) return undefined;
  const [subject, steps = ''] = SUBJECT.exec(expression) ?? [];
  if (subject === undefined) return undefined;
  const filters = readFilters(expression.slice(subject.length));
  const isJson = subject.startsWith('value_json');
  if (!filters || (!isJson && steps !== '')) return undefined;
  const path = [...steps.matchAll(STEP)].map(
    ([, name, single, double, index]) => name ?? single ?? double ?? index ?? '',
  );
  return (payload) => {
    const value = isJson ? valueAt(payload, path) : payload;
    return value === undefined || value === null ? undefined : write(applied(filters, value));
  };
}

/** Reads a command template that only puts the value into a text: `{"brightness": {{ value }}}`. Gives `undefined` for one that computes. */
export function readWrap(template: string): Wrap | undefined {
  const [before = '', expression, after = '', ...more] = template.split(/\{\{-?([\s\S]*?)-?\}\}/);
  const filters =
    expression === undefined ? undefined : readFilters(expression.trim().replace(/^value\b/, ''));
  const isPlain = !/\{[%#]/.test(template) && more.length === 0 && /^\s*value\b(?!_)/.test(expression ?? '');
  if (!filters || !isPlain) return undefined;
  return (value) => `${before}${write(applied(filters, value)) ?? ''}${after}`;
}

function applied(filters: readonly ((value: unknown) => unknown)[], value: unknown): unknown {
  return filters.reduce((now, filter) => filter(now), value);
}

function readFilters(text: string): readonly ((value: unknown) => unknown)[] | undefined {
  const filters: ((value: unknown) => unknown)[] = [];
  for (let rest = text; rest.trim() !== ''; ) {
    const [all, name = '', argument] = FILTER.exec(rest) ?? [];
    const filter = Object.hasOwn(FILTERS, name) ? FILTERS[name] : undefined;
    if (all === undefined || !filter) return undefined;
    filters.push((value) => filter(value, argument));
    rest = rest.slice(all.length);
  }
  return filters;
}

/** `NaN` for an object too: it may come without the methods that `Number` would call. */
function toNumber(value: unknown): number {
  return typeof value === 'object' ? Number.NaN : Number(value);
}

function valueAt(payload: string, path: readonly string[]): unknown {
  let value: unknown;
  try {
    value = JSON.parse(payload);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  for (const name of path) {
    const isThere = (isObject(value) || Array.isArray(value)) && Object.hasOwn(value, name);
    value = isThere ? Reflect.get(value as object, name) : undefined;
  }
  return value;
}

/** A value as Home Assistant would write it, but JSON for lists and objects. */
function write(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
