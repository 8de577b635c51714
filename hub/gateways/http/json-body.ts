import express, { type Request, type Response } from 'express';
import type { z } from 'zod';
import { HubError } from '../../core/error.ts';
import { describeIssues } from '../../describe-issues.ts';

/**
 * Reads the JSON of a request's body into `request.body`, up to `limit` bytes. Compressed bodies are refused, because
 * each keeps a buffer that no limit counts until it is complete.
 */
export function readBody(request: Request, response: Response, limit: number): Promise<void> {
  const parse = express.json({ limit, inflate: false });
  return new Promise((resolve, reject) => {
    parse(request, response, (error) => (error ? reject(error) : resolve()));
  });
}

/** Checks a body that `readBody` has read. Throws `event/invalid`. */
export function parseBody<B>(schema: z.ZodType<B>, body: unknown): B {
  if (body === undefined)
    throw new HubError(
      'event/invalid',
      'the body must be JSON, with the header Content-Type: application/json',
    );
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  throw new HubError('event/invalid', `the body: ${describeIssues(error)}`, { cause: error });
}
