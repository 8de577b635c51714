import { Buffer } from 'node:buffer';
import { z } from 'zod';

const version = z.int().positive();

/** What is said by frames that hold no operations: the first of every file, and the last of a base. */
const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('base'), version }),
  /** `follows`: how long the log before it was, bytes, if it goes on from there. */
  z.object({ kind: z.literal('log'), version, follows: z.int().nonnegative().optional() }),
  z.object({ kind: z.literal('end'), version }),
]);

export type Header = z.infer<typeof schema>;

/** Operations never begin with this byte. */
const MARK = 0xff;

export function createHeader(header: Header): Buffer {
  return Buffer.concat([Buffer.of(MARK), Buffer.from(JSON.stringify(header))]);
}

/** A frame's content as a header; `undefined` where it holds operations. Throws where it is no header that we know. */
export function parseHeader(content: Buffer): Header | undefined {
  return content[0] === MARK ? schema.parse(JSON.parse(content.toString('utf8', 1))) : undefined;
}
