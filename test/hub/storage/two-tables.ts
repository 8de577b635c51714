import type { HubError } from '../../../hub/core/error.ts';
import { Database, type DatabaseOptions } from '../../../hub/storage/engine/database.ts';
import type { Damage } from '../../../hub/storage/engine/recovery.ts';
import { INTEGER, TEXT } from '../../../hub/storage/engine/table.ts';
import type { Schema } from '../../../hub/storage/engine/upgrade-path.ts';
import type { PowerCutDisk } from './power-cut-disk.ts';

export const tables = {
  names: { number: 1, key: TEXT, value: TEXT },
  counts: { number: 2, key: INTEGER, value: INTEGER },
};
export const SCHEMA: Schema<typeof tables> = { version: 1, tables };

export type TwoTables = Database<typeof tables>;
export type TwoTablesOptions = Partial<DatabaseOptions<typeof tables>>;

/** The folder of databases on a disk in memory. */
export const FOLDER = '/data';

/** A database on a disk in memory, and its damages. */
export async function openOn(
  disk: PowerCutDisk,
  options: TwoTablesOptions = {},
): Promise<TwoTables & { damages: readonly Damage[] }> {
  const database = new Database({
    folder: FOLDER,
    disk,
    schema: SCHEMA,
    durability: 'process',
    ...options,
  });
  return Object.assign(database, { damages: await database.open() });
}

/** Resolves once everything written is as safe as requested, or to the reason why it cannot be. */
export function untilSafe({ log }: TwoTables): Promise<HubError | undefined> {
  return new Promise((resolve) => log.whenSafe(log.position, resolve));
}

export function toContents({ names, counts }: TwoTables['tables']) {
  return { names: new Map(names), counts: new Map(counts) };
}
