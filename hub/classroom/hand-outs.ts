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

const values = z
  .record(z.string().min(1).max(200), z.union([z.string().max(1_000), z.number(), z.boolean()]))
  .refine((given) => Object.keys(given).length <= MAX_VALUES, {
    error: `at most ${MAX_VALUES} values are handed out at once`,
  });

/** What may be handed out, by the name of its member in the request's body. */
const HAND_OUTS: Readonly<Record<string, HandOutKind>> = {
  values: {
    schema: values,
    toValues: (content) =>
      Object.entries(values.parse(content)).map(([path, value]) => ({
        path: parsePath(path),
        payload: `${value}`,
      })),
  },
};

/** What a request that hands something out has as its body. */
export const handOutSchema = z.strictObject(
  Object.fromEntries(Object.entries(HAND_OUTS).map(([name, { schema }]) => [name, schema.optional()])),
);

/** The values of a hand-out. Throws `option/invalid` if it is none. */
export function parseHandOut(handOut: unknown): readonly GivenValue[] {
  const { data, error } = handOutSchema.safeParse(handOut);
  if (error) throw new HubError('option/invalid', describeIssues(error), { cause: error });
  const given = Object.entries(data).filter(([, content]) => content !== undefined);
  return given.flatMap(([name, content]) => HAND_OUTS[name]?.toValues(content) ?? []);
}

/** Throws `option/invalid` if a seat has no such topic, or if a device alone reports on it. */
function parsePath(path: string): string {
  try {
    parseTopicName(`seat/${path}`);
  } catch (cause) {
    throw new HubError('option/invalid', `${quote(path)} is no topic below a seat, as in led/21/duty`, {
      cause,
    });
  }
  if (!isReport(`seat/${path}`)) return path;
  throw new HubError('option/invalid', `${quote(path)} is what a device reports; hand out what is desired`);
}
