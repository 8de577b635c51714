import type { Range } from './range.ts';

/** The type of a property's value. A `trigger` has no value; it only fires. */
export const PROPERTY_TYPES = ['number', 'boolean', 'choice', 'color', 'text', 'trigger'] as const;

export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** A reading with this name says that another program drives the device. Pages show that, and offer to take the device back. */
export const OVERRIDDEN_PROPERTY = 'overridden';

/** One property in the `properties` of a device's `…/info`, as it is written there. */
export interface PropertySchema {
  readonly type: PropertyType;
  /** Shown to people. The property's own name if this is missing or blank. */
  readonly name?: string;
  /** Numbers only: the unit, such as `%` or `°C`. */
  readonly unit?: string;
  /** Numbers only: the smallest and the largest value. */
  readonly min?: number;
  readonly max?: number;
  /** Numbers only: the step of the arrow keys. */
  readonly step?: number;
  /** Choices only: the words to choose from. */
  readonly options?: readonly string[];
  /** Whether clients may request a value at `<property>`. Default false. */
  readonly settable?: boolean;
  /** Whether the device publishes the actual value at `<property>/actual`. Default true. */
  readonly actual?: boolean;
  /** Whether a value lasts only while held, like a press, and is never retained. Default false. A trigger always is; otherwise only `boolean` can be. */
  readonly momentary?: boolean;
}

/** A property's description after parsing and validation. */
export interface PropertyInfo {
  readonly property: string;
  readonly type: PropertyType;
  readonly name: string | undefined;
  readonly unit: string;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly step: number | undefined;
  /** Empty unless the property is a choice. */
  readonly options: readonly string[];
  readonly isSettable: boolean;
  readonly hasActual: boolean;
  readonly isMomentary: boolean;
}

/** The ways in which a description can be wrong. */
export type Fault =
  | 'object'
  | 'property'
  | 'type'
  | 'text'
  | 'number'
  | 'range'
  | 'options'
  | 'flag'
  | 'momentary'
  | 'count';

/** Why a property cannot be drawn. */
export interface PropertyProblem {
  readonly property: string;
  readonly fault: Fault;
  /** The wrong member or value, as JSON, shortened. */
  readonly detail: string;
}

/** The result of parsing `properties`. */
export interface PropertiesInfo {
  /** The valid ones, in the order of the text. */
  readonly properties: readonly PropertyInfo[];
  readonly problems: readonly PropertyProblem[];
}

/** The most properties to read, and the longest text and list in each, so that a huge description cannot flood a page. */
export const MAX_PROPERTIES = 64;
export const MAX_CHARACTERS = 100;
const MAX_OPTIONS = 100;

/** The types whose value can be held and released. */
const MOMENTARY_TYPES: readonly PropertyType[] = ['boolean', 'trigger'];

/** Names with another meaning directly below a device. */
const RESERVED = ['actual', 'status', 'info', 'error', 'meta'];

/** Parses the `properties` of a description. They are untrusted: each invalid part becomes a problem. */
export function readProperties(value: unknown): PropertiesInfo {
  if (value === undefined) return { properties: [], problems: [] };
  const members = membersOf(value);
  if (!members) return { properties: [], problems: [problem('properties', 'object', value)] };
  const entries = Object.entries(members);
  const read = entries.slice(0, MAX_PROPERTIES).map(([property, schema]) => readProperty(property, schema));
  const excess = entries.length > MAX_PROPERTIES ? [problem('properties', 'count', entries.length)] : [];
  return {
    properties: read.filter((one): one is PropertyInfo => !('fault' in one)),
    problems: [...read.filter((one): one is PropertyProblem => 'fault' in one), ...excess],
  };
}

function readProperty(property: string, schema: unknown): PropertyInfo | PropertyProblem {
  const members = membersOf(schema);
  if (!isName(property)) return problem(property, 'property', property);
  if (!members) return problem(property, 'object', schema);
  const type = PROPERTY_TYPES.find((each) => each === members.type);
  if (type === undefined) return problem(property, 'type', members.type);
  const wrong = faultIn(members, type);
  if (wrong) return problem(property, wrong.fault, members[wrong.member], wrong.member);
  return toInfo(property, { ...members, type });
}

function toInfo(property: string, schema: PropertySchema): PropertyInfo {
  const { type, name, unit = '', min, max, step, options = [], settable, actual, momentary } = schema;
  const isTrigger = type === 'trigger';
  return {
    property,
    type,
    name: name?.trim() || undefined,
    unit,
    min,
    max,
    step,
    options: type === 'choice' ? options : [],
    isSettable: settable ?? isTrigger,
    hasActual: actual ?? !isTrigger,
    isMomentary: isTrigger || (momentary ?? false),
  };
}

interface MemberFault {
  readonly member: string;
  readonly fault: Fault;
}

/** The first invalid member. */
function faultIn(members: Members, type: PropertyType): MemberFault | undefined {
  const { min, max, step, options, momentary } = members;
  const checks: readonly (readonly [member: string, fault: Fault, isGood: boolean])[] = [
    ...['name', 'unit'].map((member) => [member, 'text', isOptional(members[member], isText)] as const),
    ...['min', 'max', 'step'].map(
      (member) => [member, 'number', isOptional(members[member], isNumber)] as const,
    ),
    ...['settable', 'actual', 'momentary'].map(
      (member) => [member, 'flag', isOptional(members[member], isFlag)] as const,
    ),
    ['momentary', 'momentary', momentary !== true || MOMENTARY_TYPES.includes(type)],
    ['step', 'number', !isNumber(step) || step > 0],
    ['max', 'range', !isNumber(min) || !isNumber(max) || min < max],
    ['options', 'options', type !== 'choice' || isOptions(options)],
  ];
  const wrong = checks.find(([, , isGood]) => !isGood);
  return wrong && { member: wrong[0], fault: wrong[1] };
}

/** The smallest and the largest value, if a description names both. */
export function rangeOf({ min, max }: PropertyInfo): Range | undefined {
  return min === undefined || max === undefined ? undefined : { min, max };
}

type Members = Readonly<Record<string, unknown>>;

/** The members of an object; `undefined` for any other value. */
export function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function problem(property: string, fault: Fault, value: unknown, member = ''): PropertyProblem {
  const json = JSON.stringify(value) ?? 'undefined';
  const detail = member === '' ? json : `${member}: ${json}`;
  return { property: property.slice(0, MAX_CHARACTERS), fault, detail: detail.slice(0, MAX_CHARACTERS) };
}

/** One topic level. */
function isName(property: string): boolean {
  return /^[^/+#\0]+$/.test(property) && property.length <= MAX_CHARACTERS && !RESERVED.includes(property);
}

function isOptional(value: unknown, isGood: (value: unknown) => boolean): boolean {
  return value === undefined || isGood(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value.length <= MAX_CHARACTERS;
}

export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isOptions(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_OPTIONS &&
    value.every((each) => isText(each) && each !== '')
  );
}
