import type { ClassStart } from '../../../hub/client/api/class-api.ts';
import { HubError } from '../../../hub/core/index.ts';
import type { Words } from '../words.ts';

/** The kinds of content that a start may have. */
export const START_KINDS = ['values', 'circuit', 'program'] as const satisfies readonly (keyof ClassStart)[];

export type StartKind = (typeof START_KINDS)[number];

type Say = Pick<Words, 'say'>;

/**
 * Reads the form that hands out a start: `values` as text, `circuit` and `program` as files, and the kinds in `takeBack`. Rejects with
 * `option/invalid`, in the page's language.
 */
export async function readStart(fields: FormData, words: Say): Promise<ClassStart> {
  const values = parseValues(String(fields.get('values') ?? ''), words);
  const [circuit, program] = await Promise.all([
    readFile(fields.get('circuit')),
    readFile(fields.get('program')),
  ]);
  const start: ClassStart = {
    ...Object.fromEntries(fields.getAll('takeBack').map((kind) => [String(kind), null])),
    ...(Object.keys(values).length > 0 && { values }),
    ...(circuit !== '' && { circuit: parseCircuit(circuit, words) }),
    ...(program !== '' && { program }),
  };
  if (Object.keys(start).length > 0) return start;
  throw new HubError('option/invalid', words.say.handOutNothing);
}

/** Parses typed values, one per line. Throws `option/invalid`. */
export function parseValues(text: string, { say }: Say): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.map((line) => {
      const [, path = '', value = ''] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
      if (path === '') throw new HubError('option/invalid', say.handOutBad(line.trim()));
      return [path, value];
    }),
  );
}

/** Returns an empty text if no file was chosen. */
async function readFile(field: FormDataEntryValue | null): Promise<string> {
  return field instanceof File ? field.text() : '';
}

/** Boards judge what is in a circuit; any other file would only take its place on all of them. */
function parseCircuit(text: string, { say }: Say): object {
  const circuit = parseJson(text);
  const { version, parts, wires }: Record<string, unknown> = Object(circuit);
  if (isObject(circuit) && typeof version === 'number' && isObject(parts) && isObject(wires)) return circuit;
  throw new HubError('option/invalid', say.handOutBadCircuit);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
