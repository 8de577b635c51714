import type { Buffer } from 'node:buffer';
import { ByteWriter } from './bytes.ts';
import type { Disk, DiskFile } from './disk.ts';
import { FRAME_HEADER_BYTES, sealFrame } from './frame.ts';
import { toHeaderFrame } from './frame-file.ts';
import { removeIfPossible } from './state-files.ts';
import type { Table } from './table.ts';

/** Operations are gathered into frames of about this many bytes; other work of the process gets its turn after each. */
const FRAME_BYTES = 64 * 2 ** 10;

interface BaseFileOptions {
  readonly disk: Disk;
  readonly path: string;
  readonly generation: number;
  /** Seed of the checksums, 32 random bits. */
  readonly salt: number;
  /** The version of the schema. */
  readonly version: number;
  readonly tables: Iterable<Table<unknown, unknown>>;
  /** Called when everything is written and flushed, right before the file gets its name. */
  readonly beforeNaming: () => Promise<void>;
  /** Aborting it makes the work reject. */
  readonly signal: AbortSignal;
}

/**
 * Writes all tables to a file, which gets its name once it is complete. Tables may change meanwhile; the file then holds some of the changes,
 * so all of them must be in a log that is read after this file. Resolves to the file's length, bytes.
 */
export async function writeBaseFile(options: BaseFileOptions): Promise<number> {
  const { disk, path, beforeNaming } = options;
  const draft = `${path}.new`;
  try {
    const file = disk.open(draft, 'create');
    const size = await writeFrames(file, options).finally(() => file.close());
    await beforeNaming();
    disk.rename(draft, path);
    await disk.syncFolderOf(path);
    return size;
  } catch (error) {
    removeIfPossible(disk, draft);
    throw error;
  }
}

async function writeFrames(file: DiskFile, options: BaseFileOptions): Promise<number> {
  let size = 0;
  for (const frame of frames(options)) {
    options.signal.throwIfAborted();
    for (let at = 0; at < frame.length; ) at += await file.write(frame.subarray(at), size + at);
    size += frame.length;
  }
  await file.flush();
  return size;
}

/** The file, frame by frame. Each frame is valid until the next one is asked for. */
function* frames({ generation, salt, version, tables }: BaseFileOptions): Generator<Buffer> {
  const writer = new ByteWriter();
  const parts = Array.from(tables, (table) => table.writeAll(writer));
  yield toHeaderFrame({ kind: 'base', version, salt }, generation);
  const seal = () => {
    sealFrame(writer.bytes, salt);
    return writer.bytes;
  };
  writer.skip(FRAME_HEADER_BYTES);
  for (const part of parts) {
    for (const _ of part) {
      if (writer.length < FRAME_BYTES) continue;
      yield seal();
      writer.clear();
      writer.skip(FRAME_HEADER_BYTES);
    }
  }
  if (writer.length > FRAME_HEADER_BYTES) yield seal();
  yield toHeaderFrame({ kind: 'end', version }, salt);
}
