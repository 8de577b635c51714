import { type Draft, EMPTY_DRAFT } from './draft.ts';

/** The state of this page that the browser keeps, if it may. */
export interface Kept {
  readonly pins: readonly string[];
  readonly saved: readonly Draft[];
  keepPins(pins: readonly string[]): void;
  keepSaved(saved: readonly Draft[]): void;
}

const PINS = 'pinhub.topics.pins';
const SAVED = 'pinhub.topics.saved';

export function createKept(storage: Pick<Storage, 'getItem' | 'setItem'> | undefined): Kept {
  const read = (key: string): readonly unknown[] => {
    try {
      const value: unknown = JSON.parse(storage?.getItem(key) ?? '[]');
      return Array.isArray(value) ? value : [];
    } catch (error) {
      if (error instanceof SyntaxError) return [];
      throw error;
    }
  };
  const keep = (key: string, value: readonly unknown[]) => storage?.setItem(key, JSON.stringify(value));
  return {
    pins: read(PINS).filter((one) => typeof one === 'string'),
    saved: read(SAVED).flatMap(readDraft),
    keepPins: (pins) => keep(PINS, pins),
    keepSaved: (saved) => keep(SAVED, saved),
  };
}

/** A draft that another version of the page may have kept: fields of another type count as empty. */
function readDraft(value: unknown): readonly Draft[] {
  const found: Record<string, unknown> = Object(value);
  if (typeof found.topic !== 'string') return [];
  const fields = Object.entries(EMPTY_DRAFT).map(([name, empty]) => {
    const known = found[name];
    return [name, typeof known === typeof empty ? known : empty];
  });
  return [Object.fromEntries(fields) as Draft];
}
