import type { Buffer } from 'node:buffer';
import { HubError, quote } from '../core/error.ts';
import { ByteReader } from './byte-reader.ts';
import type { Disk } from './disk.ts';
import { FrameReader } from './frame.ts';
import { type Header, parseHeader } from './header.ts';
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
