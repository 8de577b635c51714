import { type ClassStart, HAND_OUT_LIMITS } from '../../../hub/client/api/class-api.ts';
import { Said } from '../../shared/said.ts';
import type { Words } from '../words.ts';
import { parseValues } from './start-values.ts';

/** The kinds of content that a start may have. */
export const START_KINDS = ['values', 'circuit', 'program'] as const satisfies readonly (keyof ClassStart)[];

export type StartKind = (typeof START_KINDS)[number];

type Say = Pick<Words, 'say' | 'number'>;

const KIB = 2 ** 10;

/**
 * Reads the form that hands out a start: `values` as text, `circuit` and `program` as files, and the kinds in `takeBack`. Rejects with `Said` for
 * whatever the hub would refuse, unless only a device can tell.
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
    ...(program !== '' && { program: checkProgram(program, words) }),
  };
  if (Object.keys(start).length > 0) return start;
  throw new Said(words.say.handOutNothing);
}

/** Returns an empty text if no file was chosen. */
async function readFile(field: FormDataEntryValue | null): Promise<string> {
  return field instanceof File ? field.text() : '';
}

/** Boards judge what is in a circuit; any other file would only take its place on all of them. */
function parseCircuit(text: string, { say, number }: Say): object {
  const circuit = parseJson(text);
  const { version, parts, wires, name = '' }: Record<string, unknown> = Object(circuit);
  const isCircuit =
    typeof version === 'number' && typeof name === 'string' && isObject(parts) && isObject(wires);
  if (!isObject(circuit) || !isCircuit) throw new Said(say.handOutBadCircuit);
  const { circuitBytes } = HAND_OUT_LIMITS;
  if (bytesOf(JSON.stringify(circuit)) <= circuitBytes) return circuit;
  throw new Said(say.handOutLongCircuit(number(circuitBytes / KIB)));
}

function checkProgram(text: string, { say, number }: Say): string {
  const { programBytes } = HAND_OUT_LIMITS;
  if (bytesOf(text) <= programBytes) return text;
  throw new Said(say.handOutLongProgram(number(programBytes / KIB)));
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).byteLength;
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
