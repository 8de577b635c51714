import type { SessionJournal, StoredSession } from '../session/store.ts';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { createApply, createTables } from '../storage/engine/table.ts';
import { HUB_SCHEMA } from '../storage/hub/hub-schema.ts';
import { gatherSessions, Records, StoredRecord } from '../storage/hub/stored-sessions.ts';

/** A session on its way to another hub, and wills of its client: the changes that create them in an empty store. */
export function encodeParcel(write: (journal: SessionJournal) => void): Uint8Array {
  const writer = new ByteWriter();
  const tables = createTables(HUB_SCHEMA.tables, () => writer);
  const records = new Records(tables);
  write({ begin: () => new StoredRecord(records) });
  return writer.copy();
}

/** Throws `RangeError` if the bytes are not a parcel. */
export function decodeParcel(bytes: Uint8Array): StoredSession[] {
  const tables = createTables(HUB_SCHEMA.tables);
  createApply(tables)(new ByteReader(bytes));
  return gatherSessions(new Records(tables));
}
