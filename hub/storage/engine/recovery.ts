import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { HubError, quote } from '../../core/error.ts';
import { ByteReader } from './bytes.ts';
import type { Disk } from './disk.ts';
import { FrameReader, toFrame } from './frame.ts';
import { listStateFiles, type StateFile, statePath } from './state-files.ts';

/** Something in a file that differs from what was written. */
export interface Damage {
  /** The file, which may no longer exist. */
  readonly path: string;
  /** The part of the file that is lost. */
  readonly what: string;
}

/** A log that can be continued. */
export interface WholeLog {
  readonly number: number;
  /** How much of the log is whole, bytes. */
  readonly bytes: number;
  readonly seed: number;
}

export interface Recovered {
  readonly generation: number;
  /** The version of the schema in which it was written. */
  readonly version: number;
  readonly baseBytes: number;
  /** The logs of the base, in order; the last can be continued. None if a new base is needed first. */
  readonly logs: readonly WholeLog[];
  /** Logs that were begun, but in which nothing was ever acknowledged. */
  readonly leftovers: readonly string[];
  readonly damages: readonly Damage[];
}

/**
 * Reads the state in a folder: the last base, and the logs since then. `applyOf` is called with the version of the schema in which it was written.
 * Returns `undefined` if nothing was ever kept. Of a base, every frame that can be recognized is used; of logs, everything before the first
 * damage, as later changes may depend on lost ones. `damages` lists what is lost. Throws `store/damaged` if nothing can be recognized.
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
    if (last.number === 1) return undefined; // The first process ended before it had anything to keep.
    throw unrecognizable(statePath(folder, last.number, 'base'), 'it is gone');
  }
  const { apply, damages, ...rest } = readBase(disk, base, applyOf);
  const logs = files.filter(({ kind, number }) => kind === 'log' && number >= base.number);
  const chain = new LogChain(base.number, apply);
  if (logs[0]?.number !== base.number)
    chain.lose(statePath(folder, base.number, 'log'), 'all of it, as it is gone');
  for (const log of logs) FrameFile.with(disk, log, (file) => chain.read(log.number, file));
  const { leftovers } = chain;
  return {
    ...rest,
    generation: files.findLast(({ path }) => !leftovers.includes(path))?.number ?? base.number,
    logs: chain.damages.length === 0 ? chain.whole : [],
    leftovers,
    damages: [...damages, ...chain.damages],
  };
}

function readBase(disk: Disk, base: StateFile, applyOf: (version: number) => Apply) {
  return FrameFile.with(disk, base, (file) => {
    const header = file.readHeader();
    if (header?.kind !== 'base') throw unrecognizable(base.path, 'it does not begin as it should');
    const apply = applyOf(header.version);
    const damages = applyBase(file, apply).map((what) => ({ path: base.path, what }));
    return { version: header.version, baseBytes: file.frames.offset, apply, damages };
  });
}

/** Applies a base; returns the parts of it that could not be used. */
function applyBase(file: FrameFile, apply: Apply): string[] {
  const { frames } = file;
  let gaps = 0;
  const lost = () => (gaps === 0 ? [] : [`what was in ${gaps} of its parts`]);
  for (;;) {
    const content = frames.next();
    if (content && file.toHeader(content)?.kind === 'end') return lost();
    if (content) file.apply(apply, content);
    else if (frames.skip()) gaps++;
    else return [...lost(), `all after its first ${frames.offset} bytes`];
  }
}

/** The logs of a base, in order, as long as each continues the one before. There are several if a process ended while it wrote a new base. */
class LogChain {
  readonly damages: Damage[] = [];
  readonly leftovers: string[] = [];
  readonly whole: WholeLog[] = [];
  /** The generation of the base and of the first log. */
  readonly #generation: number;
  readonly #apply: Apply;

  constructor(generation: number, apply: Apply) {
    this.#generation = generation;
    this.#apply = apply;
  }

  read(number: number, file: FrameFile): void {
    const header = file.readHeader();
    const isFirst = number === this.#generation;
    // The first log was flushed before its base got its name; a later one may have just been created.
    const isNew = header?.kind !== 'log' && !isFirst && file.frames.isCutOff;
    // A log without a predecessor was begun because the previous log could not be written, and is meaningless without a base.
    const isUnlinked = header?.kind === 'log' && !isFirst && header.follows === undefined;
    if (this.leftovers.length > 0 || isNew || isUnlinked) this.leftovers.push(file.path);
    else if (header?.kind !== 'log') this.lose(file.path, 'all of it, as it does not begin as it should');
    else if (!isFirst && (this.damages.length > 0 || header.follows !== this.whole.at(-1)?.bytes))
      this.lose(file.path, 'all of it, as the changes before it are missing');
    else this.#applyAll(number, file);
  }

  lose(path: string, what: string): void {
    this.damages.push({ path, what });
  }

  #applyAll(number: number, file: FrameFile): void {
    const { frames, path } = file;
    for (let content = frames.next(); content; content = frames.next()) file.apply(this.#apply, content);
    this.whole.push({ number, bytes: frames.offset, seed: frames.seed });
    if (!frames.isAtEnd && !frames.isCutOff) this.lose(path, `all after its first ${frames.offset} bytes`);
  }
}

/** Applies the operations of one schema version. Throws if they are not valid operations. */
export type Apply = (operations: ByteReader) => void;

/** A state file that is being read. Its methods throw `store/damaged` if content with a correct checksum makes no sense. */
class FrameFile {
  readonly path: string;
  readonly frames: FrameReader;

  private constructor(path: string, frames: FrameReader) {
    this.path = path;
    this.frames = frames;
  }

  static with<T>(disk: Disk, { path, number }: StateFile, read: (file: FrameFile) => T): T {
    const file = disk.open(path, 'read');
    try {
      return read(new FrameFile(path, new FrameReader(file, number)));
    } finally {
      file.close();
    }
  }

  /** The first frame, if it is whole and a header. The frames after it are sealed with its salt. */
  readHeader(): Header | undefined {
    const content = this.frames.next();
    const header = content && this.toHeader(content);
    if (header && header.kind !== 'end') this.frames.seed = header.salt ?? this.frames.seed;
    return header;
  }

  /** The mark in a frame about the file; `undefined` if the frame holds operations. */
  toHeader(content: Buffer): Header | undefined {
    if (content[0] !== MARK) return undefined;
    try {
      return schema.parse(JSON.parse(content.toString('utf8', 1)));
    } catch (cause) {
      throw unrecognizable(this.path, `it holds a part of an unknown kind: ${cause}`, cause);
    }
  }

  apply(apply: Apply, content: Buffer): void {
    try {
      apply(new ByteReader(content));
    } catch (cause) {
      throw unrecognizable(this.path, `it holds something that this version does not know: ${cause}`, cause);
    }
  }
}

/** A file that cannot be read, as `store/damaged`. */
function unrecognizable(path: string, reason: string, cause?: unknown): HubError {
  return new HubError(
    'store/damaged',
    `${quote(path, 200)} cannot be read: ${reason}. Nothing was changed; move its folder away to start with an empty one, or choose another with --data`,
    { cause },
  );
}

const version = z.int().positive();

/** The seed of all frames after the header, 32 random bits. Missing in files of format 1 and 2: their seed is the generation. */
const salt = z.uint32().optional();

/** Frames without operations: the first of every file, and the last of a base. */
const schema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('base'), version, salt }),
  /** `follows`: the length of the log that this one continues, bytes; missing if it needs a base of its own. */
  z.object({ kind: z.literal('log'), version, salt, follows: z.int().nonnegative().optional() }),
  z.object({ kind: z.literal('end'), version }),
]);

/** Written out by hand, so that the type declarations of the package need no schema. */
type Header =
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
