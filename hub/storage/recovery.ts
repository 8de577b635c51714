import type { Buffer } from 'node:buffer';
import { HubError, quote } from '../core/error.ts';
import { ByteReader } from './byte-reader.ts';
import type { Disk } from './disk.ts';
import { FrameReader } from './frame.ts';
import { type Header, parseHeader } from './header.ts';
import { listStateFiles, type StateFile, statePath } from './state-files.ts';

/** Applies the operations of one version. Throws where they are none. */
export type Apply = (operations: ByteReader) => void;

/** Something in a file that is not as it was written. */
export interface Damage {
  readonly path: string;
  /** What of it could not be used. */
  readonly what: string;
}

export interface Recovered {
  /** The last generation of which there are files. */
  readonly generation: number;
  /** The version in which it was written. */
  readonly version: number;
  /** How long the base is, bytes. */
  readonly baseBytes: number;
  /** How far the last log is whole, bytes; `undefined` where it cannot be gone on with. */
  readonly logBytes: number | undefined;
  readonly damages: readonly Damage[];
}

/**
 * Reads the state in a folder: the last base that is complete, and what was done since. `applyOf` is asked for the version in which it
 * was written. Returns `undefined` where nothing was ever kept. What can be recognised is used, and the rest is told of in `damages`.
 * Throws `store/damaged` where nothing can be.
 */
export function recover(
  disk: Disk,
  folder: string,
  applyOf: (version: number) => Apply,
): Recovered | undefined {
  const files = listStateFiles(disk, folder);
  const base = files.findLast(({ kind }) => kind === 'base');
  const last = files.at(-1);
  if (!last) return undefined;
  if (!base) {
    if (last.number === 1) return undefined; // The first start ended before there was anything to keep.
    throw unrecognisable(statePath(folder, last.number, 'base'), 'it is gone');
  }
  const damages: Damage[] = [];
  const { version, baseBytes, apply } = readBase(disk, base, applyOf, damages);
  const logs = files.filter(({ kind, number }) => kind === 'log' && number >= base.number);
  const logBytes = readLogs(disk, logs, apply, damages);
  return { generation: last.number, version, baseBytes, logBytes, damages };
}

function readBase(
  disk: Disk,
  { path, number }: StateFile,
  applyOf: (version: number) => Apply,
  damages: Damage[],
) {
  return withFrames(disk, path, number, (frames) => {
    const header = readHeader(frames, path);
    if (header?.kind !== 'base') throw unrecognisable(path, 'it does not begin as it should');
    const apply = applyOf(header.version);
    let lost = 0;
    for (;;) {
      const content = frames.next();
      if (content && headerOf(content, path)?.kind === 'end') break;
      if (content) applyFrom(apply, content, path);
      else if (frames.skip()) lost++;
      else {
        damages.push({ path, what: `all behind its first ${frames.offset} bytes` });
        break;
      }
    }
    if (lost > 0) damages.push({ path, what: `${lost} of its parts` });
    return { version: header.version, baseBytes: frames.offset, apply };
  });
}

/** Reads one log after the other, as long as each goes on where the one before it ends. How far the last one is whole. */
function readLogs(
  disk: Disk,
  logs: readonly StateFile[],
  apply: Apply,
  damages: Damage[],
): number | undefined {
  let length: number | undefined;
  for (const [index, log] of logs.entries()) {
    length = readLog(disk, log, index === 0 ? undefined : length, apply, damages);
    if (length === undefined) return undefined;
  }
  return length;
}

/** How far a log is whole; `undefined` where it does not go on at `before`, the end of the one before it. */
function readLog(
  disk: Disk,
  { path, number }: StateFile,
  before: number | undefined,
  apply: Apply,
  damages: Damage[],
): number | undefined {
  return withFrames(disk, path, number, (frames) => {
    const header = readHeader(frames, path);
    if (header?.kind !== 'log' || (before !== undefined && header.follows !== before)) return undefined;
    for (let content = frames.next(); content; content = frames.next()) applyFrom(apply, content, path);
    const whole = frames.offset;
    // Killed, a process leaves its last frame half written, and so does a power cut. One in the midst of others is another matter.
    if (!frames.isAtEnd && frames.skip()) damages.push({ path, what: `all behind its first ${whole} bytes` });
    return whole;
  });
}

function withFrames<T>(disk: Disk, path: string, seed: number, read: (frames: FrameReader) => T): T {
  const file = disk.open(path, 'read');
  try {
    return read(new FrameReader(file, seed));
  } finally {
    file.close();
  }
}

function readHeader(frames: FrameReader, path: string): Header | undefined {
  const content = frames.next();
  return content && headerOf(content, path);
}

function headerOf(content: Buffer, path: string): Header | undefined {
  try {
    return parseHeader(content);
  } catch (cause) {
    throw unrecognisable(path, `it holds a part of an unknown kind: ${cause}`, cause);
  }
}

function applyFrom(apply: Apply, content: Buffer, path: string): void {
  try {
    apply(new ByteReader(content));
  } catch (cause) {
    throw unrecognisable(path, `it holds what this version does not know: ${cause}`, cause);
  }
}

function unrecognisable(path: string, reason: string, cause?: unknown): HubError {
  return new HubError(
    'store/damaged',
    `${quote(path, 200)} cannot be read: ${reason}. Nothing was changed; move its folder away to begin anew, or choose another with --data`,
    { cause },
  );
}
