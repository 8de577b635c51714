import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { ByteReader } from './bytes.ts';
import type { Disk } from './disk.ts';
import { FrameReader } from './frame.ts';
import type { StateFile } from './state-files.ts';

/** Applies the operations of one version. Throws where they are none. */
export type Apply = (operations: ByteReader) => void;

/** A state file that is read. What it holds is believed where its checksums are right; all throws `store/damaged` where it means nothing then. */
export class FrameFile {
  readonly path: string;
  readonly frames: FrameReader;

  private constructor(path: string, frames: FrameReader) {
    this.path = path;
    this.frames = frames;
  }

  /** Opens a file, and closes it again. */
  static with<T>(disk: Disk, { path, number }: StateFile, read: (file: FrameFile) => T): T {
    const file = disk.open(path, 'read');
    try {
      return read(new FrameFile(path, new FrameReader(file, number)));
    } finally {
      file.close();
    }
  }

  /** The first frame, if it is whole and a header. */
  readHeader(): Header | undefined {
    const content = this.frames.next();
    return content && this.toHeader(content);
  }

  /** What a frame says of the file; `undefined` where it holds operations. */
  toHeader(content: Buffer): Header | undefined {
    try {
      return parseHeader(content);
    } catch (cause) {
      throw unrecognisable(this.path, `it holds a part of an unknown kind: ${cause}`, cause);
    }
  }

  apply(apply: Apply, content: Buffer): void {
    try {
      apply(new ByteReader(content));
    } catch (cause) {
      throw unrecognisable(this.path, `it holds what this version does not know: ${cause}`, cause);
    }
  }
}

/** That a file cannot be read, as `store/damaged`. */
export function unrecognisable(path: string, reason: string, cause?: unknown): HubError {
  return new HubError(
    'store/damaged',
    `${quote(path, 200)} cannot be read: ${reason}. Nothing was changed; move its folder away to begin anew, or choose another with --data`,
    { cause },
  );
}

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
function parseHeader(content: Buffer): Header | undefined {
  return content[0] === MARK ? schema.parse(JSON.parse(content.toString('utf8', 1))) : undefined;
}
