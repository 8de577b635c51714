import { Buffer } from 'node:buffer';
import { z } from 'zod';

/** In front of the slots: what the file is, as a line of JSON, filled up with zeros. */
export const HEAD_BYTES = 131_072;

/**
 * The layout of the file: the head, and the levels that are kept one after the other. Who changes it, or `LEVELS`, or the slot, gives it
 * the next version, and reads this one on: `test/hub/storage/golden` has a file of each.
 */
export const RING_VERSION = 1;

export interface RingHead {
  readonly version: number;
  readonly topic: string;
}

const schema = z.object({
  format: z.literal('pinhub-history'),
  version: z.int().positive(),
  topic: z.string(),
});

/** The head of a topic's file; `undefined` where the topic has no room in it. */
export function createHead(topic: string): Buffer | undefined {
  const line = JSON.stringify({ format: 'pinhub-history', version: RING_VERSION, topic });
  const bytes = Buffer.from(`${line}\n`);
  return bytes.length <= HEAD_BYTES ? bytes : undefined;
}

/** The head that a file begins with; `undefined` where it is none. */
export function parseHead(bytes: Buffer): RingHead | undefined {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8', 0, Math.max(0, bytes.indexOf('\n')))));
  } catch {
    return undefined;
  }
}
