import { HubError, quote } from '../../core/error.ts';
import type { Apply } from './recovery.ts';
import { createApply, createTables, type TableDefinitions, type Tables } from './table.ts';

/** The tables of a database, and how to upgrade earlier versions of them. */
export interface Schema<D extends TableDefinitions> {
  readonly version: number;
  readonly tables: D;
  /** All earlier versions, in order, without a gap. */
  readonly earlier?: readonly EarlierSchema[];
}

interface EarlierSchema {
  readonly version: number;
  readonly tables: TableDefinitions;
  /** Fills the tables of the next version. */
  readonly upgrade: (before: Tables<TableDefinitions>, after: Tables<TableDefinitions>) => void;
}

/** An upgrade between versions whose values mean the same and differ only in their codecs. */
export const copyTables: EarlierSchema['upgrade'] = (before, after) => {
  for (const [name, table] of Object.entries(before)) {
    for (const [key, value] of table) after[name]?.set(key, value);
  }
};

/** Reads what a version has written: `apply` processes its operations, then `upgrade` fills the present tables, in memory. */
export interface UpgradePath {
  readonly apply: Apply;
  readonly upgrade: () => void;
}

/** How to get from a version to the present tables; `undefined` for an unknown version. */
export function findUpgradePath<D extends TableDefinitions>(
  version: number,
  { version: present, earlier = [] }: Schema<D>,
  tables: Tables<D>,
): UpgradePath | undefined {
  if (version === present) return { apply: createApply(tables), upgrade: () => undefined };
  const steps = earlier
    .filter((schema) => schema.version >= version)
    .map((schema) => ({ schema, tables: createTables(schema.tables) }));
  const [first] = steps;
  if (first?.schema.version !== version) return undefined;
  const upgrade = () => {
    for (const [index, { schema, tables: before }] of steps.entries())
      schema.upgrade(before, steps[index + 1]?.tables ?? tables);
  };
  return { apply: createApply(first.tables), upgrade };
}

/** The error for a folder that was written in an unknown version: `store/unavailable`. */
export function unknownVersion(folder: string, version: number, present: number): HubError {
  return new HubError(
    'store/unavailable',
    `${quote(folder, 200)} was written in format ${version}, and this Pinhub knows ${present}. Nothing was changed; use the version that wrote it, or choose another place with --data`,
  );
}
