import type { Buffer } from 'node:buffer';
import { ByteWriter } from './bytes.ts';
import type { Disk, DiskFile } from './disk.ts';
import { FRAME_HEADER_BYTES, sealFrame, toFrame } from './frame.ts';
import { createHeader } from './frame-file.ts';
import type { Table } from './table.ts';

/** Operations are gathered into frames of about this many bytes; the rest of the hub has its turn after each. */
const FRAME_BYTES = 64 * 2 ** 10;

interface BaseFileOptions {
  readonly disk: Disk;
  readonly path: string;
  readonly generation: number;
  /** The version of the schema. */
  readonly version: number;
  readonly tables: Iterable<Table<unknown, unknown>>;
  /** Called when all is written and would outlive a power cut, right before the file gets its name. */
  readonly beforeNaming: () => Promise<void>;
  /** Stops the work where it is aborted: it rejects then. */
  readonly signal: AbortSignal;
}

/**
 * Writes all tables to a file, which gets its name when it is whole. Tables may change meanwhile: what they hold of that is left to
 * chance, so the changes must be in a log that is read after this file. Resolves to the file's length, bytes.
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
    disk.remove(draft);
    throw error;
  }
}

async function writeFrames(file: DiskFile, options: BaseFileOptions): Promise<number> {
  let size = 0;
  for (const frame of frames(options)) {
    options.signal.throwIfAborted();
    const written = await file.write(frame, size);
    if (written < frame.length) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' });
    size += frame.length;
  }
  await file.flush();
  return size;
}

/** The file, frame by frame; each is valid until the next one is asked for. */
function* frames({ generation, version, tables }: BaseFileOptions): Generator<Buffer> {
  const writer = new ByteWriter();
  const parts = Array.from(tables, (table) => table.writeAll(writer));
  yield toFrame(createHeader({ kind: 'base', version }), generation);
  const seal = () => {
    sealFrame(writer.bytes, generation);
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
  yield toFrame(createHeader({ kind: 'end', version }), generation);
}
