import {
  isNumber,
  MAX_CHARACTERS,
  membersOf,
  type PropertyInfo,
  type PropertyProblem,
  readProperties,
} from './property-info.ts';
import type { Range } from './range.ts';

/** What an adapter says of its device on `…/info`; what it leaves out is `undefined`, or empty. */
export interface DeviceInfo {
  readonly kind: string;
  readonly name: string | undefined;
  /** The pins that it uses, by BCM number. */
  readonly gpios: readonly number[];
  readonly driver: string | undefined;
  /** Equal steps of light between 0 and 100 %. */
  readonly steps: number | undefined;
  /** The frequencies that the driver can give, Hz; empty if any is possible, or it did not say. */
  readonly frequenciesHz: readonly number[];
  /** The effects that it can play. */
  readonly effects: readonly string[];
  /** The ranges of its properties, by name. */
  readonly limits: Readonly<Record<string, Range>>;
  /** Whether a button can be pressed from afar: a real one cannot. */
  readonly isPressable: boolean;
  /** Its properties, for pages that do not know its kind. */
  readonly properties: readonly PropertyInfo[];
  /** What in the description cannot be understood. */
  readonly problems: readonly InfoProblem[];
}

/**
 * What is wrong with a description: with one property, or with all of it (`json`, `kind`; `property` is empty then). What another program
 * announces may be in order and still be no property to draw (`template`, `platform`, `topic`).
 */
export type InfoProblem = Omit<PropertyProblem, 'fault'> & {
  readonly fault: PropertyProblem['fault'] | 'json' | 'kind' | 'template' | 'platform' | 'topic';
};

/**
 * Reads what was published at `…/<kind>/<id>/info`. It comes from outside, so nothing is trusted: a description that is damaged still makes a
 * device, with the reason among its problems. Returns `undefined` for a text that describes no device, as other programs use such topics too.
 */
export function readDescription(text: string, kind: string): DeviceInfo | undefined {
  const json = readObject(text);
  if (!json) return looksMeant(text) ? damaged(kind, problem('json', text)) : undefined;
  if (describesKind(json, kind)) return readInfo(kind, json);
  return json.properties === undefined
    ? undefined
    : damaged(kind, problem('kind', JSON.stringify(json.kind)));
}

/** The members of a description as its device wrote them; `undefined` if the text describes no device of this kind. */
export function readRawDescription(
  text: string,
  kind: string,
): Readonly<Record<string, unknown>> | undefined {
  const json = readObject(text);
  return json && describesKind(json, kind) ? json : undefined;
}

/** A description names the kind in its topic or, without a kind, at least describes properties. */
function describesKind(json: Readonly<Record<string, unknown>>, kind: string): boolean {
  return json.kind === undefined ? json.properties !== undefined : json.kind === kind;
}

/** A JSON object's members, or `undefined` if the text is none. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return membersOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Any program may publish to any topic.
    throw error;
  }
}

function readInfo(kind: string, json: Readonly<Record<string, unknown>>): DeviceInfo {
  return {
    kind,
    name: readText(json.name),
    gpios: isNumber(json.gpio) ? [json.gpio] : readList(json.gpios, isNumber),
    driver: readText(json.driver),
    steps: isNumber(json.steps) ? json.steps : undefined,
    frequenciesHz: readList(json.frequencies, isNumber),
    effects: readList(json.effects, isWord),
    limits: readLimits(json.limits),
    isPressable: json.pressable === true,
    ...readProperties(json.properties),
  };
}

/** The longest list that is read. */
const MAX_ITEMS = 100;

/** A shell that took the quotation marks away, or a bracket that was forgotten. */
function looksMeant(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function damaged(kind: string, fault: InfoProblem): DeviceInfo {
  return { ...readInfo(kind, {}), problems: [fault] };
}

function problem(fault: InfoProblem['fault'], detail: string): InfoProblem {
  return { property: '', fault, detail: detail.slice(0, MAX_CHARACTERS) };
}

/** The ranges of the properties that have a good one. */
function readLimits(value: unknown): Readonly<Record<string, Range>> {
  const entries = Object.entries(membersOf(value) ?? {}).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    entries.flatMap(([name, limit]) => {
      const range = readRange(limit);
      return range && isWord(name) ? [[name, range] as const] : [];
    }),
  );
}

function readRange(value: unknown): Range | undefined {
  const { min, max } = membersOf(value) ?? {};
  return isNumber(min) && isNumber(max) && min <= max ? { min, max } : undefined;
}

function readList<T>(value: unknown, isItem: (item: unknown) => item is T): readonly T[] {
  return Array.isArray(value) ? value.slice(0, MAX_ITEMS).filter(isItem) : [];
}

/** A text for people: cut off where it is too long, `undefined` if it is blank. */
function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim().slice(0, MAX_CHARACTERS) || undefined : undefined;
}

/** A word of the adapter's, which cannot be cut off without becoming another. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_CHARACTERS;
}
