import { ByteWriter } from '../storage/engine/bytes.ts';
import type { Table } from '../storage/engine/table.ts';
import type { SharedLog } from './engine.ts';
import type { HubLog } from './hub-log.ts';

/** Entries are copied in pieces of about this length, bytes; other work of the process runs after each piece. */
const PIECE_BYTES = 64 * 2 ** 10;

export interface CompactionOptions {
  readonly tables: readonly Table<unknown, unknown>[];
  readonly version: Uint8Array;
  readonly log: HubLog;
  readonly shared: SharedLog;
}

/**
 * Copies the state to the end of its log, and then trims what is before the copy. Changes continue meanwhile: each piece holds the entries as they are
 * when it is appended, so the log in its order gives the same state with the copy as without it. Resolves to the length of the copy, bytes.
 */
export async function compact({ tables, version, log, shared }: CompactionOptions): Promise<number> {
  const first = await log.checkpoint(version);
  const writer = new ByteWriter();
  const pieces = fill(writer, tables);
  let bytes = 0;
  for (let isDone = false; !isDone; bytes += writer.length) {
    await log.copy(() => {
      writer.clear();
      isDone = pieces.next().done === true;
      return writer.bytes;
    });
  }
  await shared.trim(first);
  return bytes;
}

/** Writes all entries; pauses after each piece. */
function* fill(writer: ByteWriter, tables: CompactionOptions['tables']): Generator<void> {
  for (const table of tables) {
    for (const _ of table.writeAll(writer)) if (writer.length >= PIECE_BYTES) yield;
  }
}
