import {
  isNumber,
  MAX_CHARACTERS,
  membersOf,
  type PropertyInfo,
  type PropertyProblem,
  readProperties,
} from './property-info.ts';
import type { Range } from './range.ts';

/** A device as its adapter describes it on `…/info`; members that it left out are `undefined` or empty. */
export interface DeviceInfo {
  readonly kind: string;
  readonly name: string | undefined;
  /** The pins in use, BCM numbers. */
  readonly gpios: readonly number[];
  readonly driver: string | undefined;
  /** Equal steps of light between 0 and 100 %. */
  readonly steps: number | undefined;
  /** The frequencies that the driver supports, Hz; empty if any is possible or the adapter did not say. */
  readonly frequenciesHz: readonly number[];
  /** The effects that the device can play. */
  readonly effects: readonly string[];
  /** The ranges of the device's properties, by name. */
  readonly limits: Readonly<Record<string, Range>>;
  /** Whether pages can press the button; a real button cannot be pressed remotely. */
  readonly isPressable: boolean;
  /** The properties, for pages that do not know this kind. */
  readonly properties: readonly PropertyInfo[];
  /** The parts of the description that could not be read. */
  readonly problems: readonly InfoProblem[];
}

/**
 * A fault of one property of a description, or of all of it (`json`, `kind`; `property` is empty then). Another program's
 * announcement may be valid and still not be a property that we can draw (`template`, `platform`, `topic`).
 */
export type InfoProblem = Omit<PropertyProblem, 'fault'> & {
  readonly fault: PropertyProblem['fault'] | 'json' | 'kind' | 'template' | 'platform' | 'topic';
};

/**
 * Parses a payload of `…/<kind>/<id>/info`. The payload is untrusted: a damaged description still gives a device, with the reason among its
 * problems. Returns `undefined` for a text that describes no device, because other programs use such topics too.
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

/** A description either names the kind of its topic, or names no kind but has properties. */
function describesKind(json: Readonly<Record<string, unknown>>, kind: string): boolean {
  return json.kind === undefined ? json.properties !== undefined : json.kind === kind;
}

/** The members of a JSON object, or `undefined` if the text is not one. */
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

/** The most items that are read from a list. */
const MAX_ITEMS = 100;

/** Text that was meant as JSON but is broken: a shell removed the quotation marks, or a bracket is missing. */
function looksMeant(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function damaged(kind: string, fault: InfoProblem): DeviceInfo {
  return { ...readInfo(kind, {}), problems: [fault] };
}

function problem(fault: InfoProblem['fault'], detail: string): InfoProblem {
  return { property: '', fault, detail: detail.slice(0, MAX_CHARACTERS) };
}

/** The ranges of the properties that have a valid one. */
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

/** A display text, cut off if it is too long; `undefined` if it is blank. */
function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.trim().slice(0, MAX_CHARACTERS) || undefined : undefined;
}

/** An identifier from the adapter. A long one is rejected: cutting it off would make it a different identifier. */
function isWord(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_CHARACTERS;
}
