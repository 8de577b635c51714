import { z } from 'zod';
import { HubError, quote } from '../core/error.ts';
import { isReport } from '../core/rights.ts';
import { parseTopicName } from '../core/topic.ts';
import { describeIssues } from '../describe-issues.ts';

/** A value for a topic of every seat. */
export interface GivenValue {
  /** Below the level of the seat, as `led/21/duty`. */
  readonly path: string;
  readonly payload: string;
}

/** One kind of thing that a teacher hands out. A new kind is one entry of `HAND_OUTS`. */
interface HandOutKind {
  readonly schema: z.ZodType;
  /** The values of a content that matches the schema. Throws `option/invalid`. */
  toValues(content: unknown): readonly GivenValue[];
}

/** Most values in one hand-out. */
const MAX_VALUES = 50;

const KIB = 2 ** 10;

/** The longest circuit and the longest program, bytes. */
const MAX_CIRCUIT_BYTES = 16 * KIB;
const MAX_PROGRAM_BYTES = 32 * KIB;

/** The longest body of a request that hands something out, bytes: JSON may write a byte of a program as two. */
export const MAX_HAND_OUT_BYTES = 128 * KIB;

/** The topic, below a seat, at which its board finds the circuit. */
const CIRCUIT_PATH = 'board/circuit';

/** The topic, below a seat, at which the editor of the last lesson finds the teacher's program. */
const PROGRAM_PATH = 'learn/program/given';

const values = z
  .record(z.string().min(1).max(200), z.union([z.string().max(1_000), z.number(), z.boolean()]))
  .refine((given) => Object.keys(given).length <= MAX_VALUES, {
    error: `at most ${MAX_VALUES} values are handed out at once`,
  });

/**
 * The members that every circuit has, of whatever version, in the order in which a board writes them. The board checks their content, as it does for
 * a circuit that a student has built; any other object would only take the place of the student's.
 */
const circuit = z
  .looseObject({
    version: z.number(),
    name: z.string().optional(),
    parts: z.looseObject({}),
    wires: z.looseObject({}),
  })
  .refine((given) => isShort(toJson(given), MAX_CIRCUIT_BYTES), {
    error: `a circuit has at most ${MAX_CIRCUIT_BYTES} bytes of JSON`,
  });

const program = z
  .string()
  .min(1)
  .refine((given) => isShort(given, MAX_PROGRAM_BYTES), {
    error: `a program has at most ${MAX_PROGRAM_BYTES} bytes`,
  });

/** Everything that can be handed out, by the name of its member in the request's body. */
const HAND_OUTS: Readonly<Record<string, HandOutKind>> = {
  values: {
    schema: values,
    toValues: (content) =>
      Object.entries(values.parse(content)).map(([path, value]) => ({
        path: parsePath(path),
        payload: `${value}`,
      })),
  },
  circuit: {
    schema: circuit,
    toValues: (content) => [{ path: CIRCUIT_PATH, payload: JSON.stringify(content) }],
  },
  program: {
    schema: program,
    toValues: (content) => [{ path: PROGRAM_PATH, payload: program.parse(content) }],
  },
};

/** The body of a request that hands something out. `null` withdraws what was handed out of a kind. */
export const handOutSchema = z
  .strictObject(
    Object.fromEntries(Object.entries(HAND_OUTS).map(([name, { schema }]) => [name, schema.nullish()])),
  )
  .refine((given) => Object.keys(given).length > 0, {
    error: `nothing is handed out; there are ${Object.keys(HAND_OUTS).join(', ')}`,
  });

/** The values of a hand-out. Throws `option/invalid` if it is not valid. */
export function parseHandOut(handOut: unknown): readonly GivenValue[] {
  const { data, error } = handOutSchema.safeParse(handOut);
  if (error) throw new HubError('option/invalid', describeIssues(error), { cause: error });
  return valuesOf(data);
}

/** The values of a hand-out that was accepted before, perhaps by an earlier version with other rules. */
export function valuesOf(handOut: unknown): readonly GivenValue[] {
  return contentsOf(Object(handOut)).flatMap(([name, content]) => HAND_OUTS[name]?.toValues(content) ?? []);
}

/** The hand-out after a further one is added; `undefined` if nothing is left. */
export function mergeHandOuts(before: unknown, given: object): object | undefined {
  const merged = contentsOf({ ...Object(before), ...given });
  return merged.length === 0 ? undefined : Object.fromEntries(merged);
}

/** The kinds of what is handed out. */
export function kindsOf(handOut: unknown): readonly string[] {
  return contentsOf(Object(handOut)).map(([name]) => name);
}

function contentsOf(handOut: object): readonly [name: string, content: unknown][] {
  return Object.entries(handOut).filter(([, content]) => content !== undefined && content !== null);
}

function isShort(text: string | undefined, mostBytes: number): boolean {
  return text !== undefined && Buffer.byteLength(text) <= mostBytes;
}

/** `undefined` for JSON that is nested too deep to be written. */
function toJson(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Throws `option/invalid` if a seat has no such topic, or if a device alone reports on it. */
function parsePath(path: string): string {
  try {
    parseTopicName(`seat/${path}`);
  } catch (cause) {
    throw new HubError('option/invalid', `${quote(path)} is not a topic below a seat, as in led/21/duty`, {
      cause,
    });
  }
  if (!isReport(`seat/${path}`)) return path;
  throw new HubError('option/invalid', `${quote(path)} is what a device reports; hand out what is desired`);
}
