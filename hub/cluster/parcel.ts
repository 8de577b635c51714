import type { SessionRecord, StoredSession } from '../session/store.ts';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { createApply, createTables } from '../storage/engine/table.ts';
import { HUB_SCHEMA } from '../storage/hub/hub-schema.ts';
import { gatherSessions, Records, StoredRecord } from '../storage/hub/stored-sessions.ts';

/** A session on its way to another hub: the changes that make it in an empty store. */
export function encodeParcel(write: (record: SessionRecord) => void): Uint8Array {
  const writer = new ByteWriter();
  const tables = createTables(HUB_SCHEMA.tables, () => writer);
  write(new StoredRecord(new Records(tables)));
  return writer.copy();
}

/** Throws `RangeError` if the bytes are no parcel. */
export function decodeParcel(bytes: Uint8Array): StoredSession[] {
  const tables = createTables(HUB_SCHEMA.tables);
  createApply(tables)(new ByteReader(bytes));
  return gatherSessions(new Records(tables));
}
