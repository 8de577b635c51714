import type { z } from 'zod';
import type { AnswerName } from './answers.ts';

export const JSON_TYPE = 'application/json';

/** Parts that a hub may leave out. */
export type Part = 'history' | 'links' | 'events' | 'administration' | 'accounts' | 'classroom';

/** One method of one path. */
export interface Operation {
  readonly method: 'get' | 'put' | 'post' | 'delete';
  /** OpenAPI's form. Values in braces are percent-encoded; `{topic}` may contain plain slashes. */
  readonly path: string;
  readonly summary: string;
  /** Absent: every hub has it. */
  readonly part?: Part;
  readonly query?: Readonly<Record<string, string>>;
  /** The body of the request, by its media type. */
  readonly body?: Readonly<Record<string, z.ZodType>>;
  /** The body of the answer, by its media type; the name of a schema, or `undefined` for text without one. */
  readonly answer: Readonly<Record<string, AnswerName | undefined>>;
  /** Whether it is answered without credentials where users are asked for them. */
  readonly isPublic?: boolean;
}
