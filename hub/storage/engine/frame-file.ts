import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { ByteReader } from './bytes.ts';
import type { Disk } from './disk.ts';
import { FrameReader, toFrame } from './frame.ts';
import type { StateFile } from './state-files.ts';

/** Applies the operations of one schema version. Throws if they are not valid operations. */
export type Apply = (operations: ByteReader) => void;

/** A state file that is being read. Its methods throw `store/damaged` if content with a correct checksum makes no sense. */
export class FrameFile {
  readonly path: string;
  readonly frames: FrameReader;

  private constructor(path: string, frames: FrameReader) {
    this.path = path;
    this.frames = frames;
  }

  /** Opens a file, reads it, and closes it. */
  static with<T>(disk: Disk, { path, number }: StateFile, read: (file: FrameFile) => T): T {
    const file = disk.open(path, 'read');
    try {
      return read(new FrameFile(path, new FrameReader(file, number)));
    } finally {
      file.close();
    }
  }

  /** The first frame, if it is whole and a header. The frames behind it are sealed with its salt. */
  readHeader(): Header | undefined {
    const content = this.frames.next();
    const header = content && this.toHeader(content);
    if (header && header.kind !== 'end') this.frames.seed = header.salt ?? this.frames.seed;
    return header;
  }

  /** What a frame says about the file; `undefined` if it holds operations. */
  toHeader(content: Buffer): Header | undefined {
    if (content[0] !== MARK) return undefined;
    try {
      return schema.parse(JSON.parse(content.toString('utf8', 1)));
    } catch (cause) {
      throw unrecognisable(this.path, `it holds a part of an unknown kind: ${cause}`, cause);
    }
  }

  apply(apply: Apply, content: Buffer): void {
    try {
      apply(new ByteReader(content));
    } catch (cause) {
      throw unrecognisable(this.path, `it holds something that this version does not know: ${cause}`, cause);
    }
  }
}

/** A file that cannot be read, as `store/damaged`. */
export function unrecognisable(path: string, reason: string, cause?: unknown): HubError {
  return new HubError(
    'store/damaged',
    `${quote(path, 200)} cannot be read: ${reason}. Nothing was changed; move its folder away to start with an empty one, or choose another with --data`,
    { cause },
  );
}

/** The version of the schema. */
const version = z.int().positive();

/** Seed of all frames behind the header, 32 random bits. Missing in files of format 1 and 2: their seed is the generation. */
const salt = z.uint32().optional();

/** Frames without operations: the first of every file, and the last of a base. */
const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('base'), version, salt }),
  /** `follows`: the length of the log that this one continues, bytes; missing if it needs a base of its own. */
  z.object({ kind: z.literal('log'), version, salt, follows: z.int().nonnegative().optional() }),
  z.object({ kind: z.literal('end'), version }),
]);

/** Written out, so that the declarations of the package need no schema. */
export type Header =
  | { readonly kind: 'base'; readonly version: number; readonly salt?: number | undefined }
  | {
      readonly kind: 'log';
      readonly version: number;
      readonly salt?: number | undefined;
      readonly follows?: number | undefined;
    }
  | { readonly kind: 'end'; readonly version: number };

/** Operations never begin with this byte. */
const MARK = 0xff;

/** A header as a frame. The seed is the generation for the first frame of a file, and the file's salt for its last. */
export function toHeaderFrame(header: Header, seed: number): Buffer {
  return toFrame(Buffer.concat([Buffer.of(MARK), Buffer.from(JSON.stringify(header))]), seed);
}
