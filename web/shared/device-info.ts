import type { Range } from '../../devices/facts/range.ts';

/** What an adapter says of its device on `…/info`; what it leaves out is `undefined`, or empty. */
export interface DeviceInfo {
  readonly kind: string;
  readonly name: string | undefined;
  /** The pins that it uses, by BCM number. */
  readonly gpios: readonly number[];
  readonly driver: string | undefined;
  /** Equal steps of light between 0 and 100 %. */
  readonly steps: number | undefined;
  /** The frequencies that the driver can give, Hz; empty where any is possible, or it did not say. */
  readonly frequenciesHz: readonly number[];
  /** The effects that it can play. */
  readonly effects: readonly string[];
  /** The ranges of its properties, by name. */
  readonly limits: Readonly<Record<string, Range>>;
  /** Whether a button can be pressed from afar: a real one cannot. */
  readonly isPressable: boolean;
}

/** Reads a device's description, or `undefined` where the text is none. It comes from outside, so nothing is trusted. */
export function readDeviceInfo(text: string): DeviceInfo | undefined {
  const json = readObject(text);
  if (!json || typeof json.kind !== 'string') return undefined;
  return {
    kind: json.kind,
    name: isText(json.name) ? json.name : undefined,
    gpios: isNumber(json.gpio) ? [json.gpio] : readList(json.gpios, isNumber),
    driver: isText(json.driver) ? json.driver : undefined,
    steps: isNumber(json.steps) ? json.steps : undefined,
    frequenciesHz: readList(json.frequencies, isNumber),
    effects: readList(json.effects, isText),
    limits: readLimits(json.limits),
    isPressable: json.pressable === true,
  };
}

/** A JSON object's members, or `undefined` where the text is none. */
export function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // Any program may publish to any topic.
    throw error;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function readLimits(value: unknown): Readonly<Record<string, Range>> {
  const limits: Record<string, Range> = {};
  for (const [name, limit] of Object.entries(asObject(value) ?? {})) {
    const { min, max } = asObject(limit) ?? {};
    if (isNumber(min) && isNumber(max)) limits[name] = { min, max };
  }
  return limits;
}

function readList<T>(value: unknown, isItem: (item: unknown) => item is T): readonly T[] {
  return Array.isArray(value) ? value.filter(isItem) : [];
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
