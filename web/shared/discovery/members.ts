/** The members of a JSON object from outside. */
export type Members = Readonly<Record<string, unknown>>;

/** An object's members; of anything else, none. */
export function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number, also one that is written as text. */
export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** The JSON object in a payload; no members if there is none. */
export function readMembers(payload: string): Members {
  try {
    return membersOf(JSON.parse(payload));
  } catch (error) {
    if (error instanceof SyntaxError) return {}; // Any program may publish to any topic.
    throw error;
  }
}

/** A payload as Home Assistant takes it: text, a number, or true and false. */
export function payloadOf(value: unknown): string | undefined {
  if (typeof value === 'boolean') return value ? 'True' : 'False'; // As Python writes them.
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** The texts of a list; of a single text, that one. */
export function textsOf(value: unknown): readonly string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((one): one is string => typeof one === 'string' && one !== '');
}

/** Whether a value is a number from `min` to `max`. */
export function isWithin(value: number | undefined, min: number, max: number): value is number {
  return value !== undefined && value >= min && value <= max;
}
