import { HubError, quote } from '../../core/error.ts';
import type { Apply } from './frame-file.ts';
import { createApply, createTables, type TableDefinitions, type Tables } from './table.ts';

/** The tables of a database, and how to upgrade those of earlier versions. */
export interface Schema<D extends TableDefinitions> {
  readonly version: number;
  readonly tables: D;
  /** All earlier versions, in order, without a gap. */
  readonly earlier?: readonly EarlierSchema[];
}

interface EarlierSchema {
  readonly version: number;
  readonly tables: TableDefinitions;
  /** Fills the tables of the version after it. */
  readonly upgrade: (before: Tables<TableDefinitions>, after: Tables<TableDefinitions>) => void;
}

/** The upgrade if values mean the same in both versions, and only their codecs differ. */
export const copyTables: EarlierSchema['upgrade'] = (before, after) => {
  for (const [name, table] of Object.entries(before)) {
    for (const [key, value] of table) after[name]?.set(key, value);
  }
};

/** Reads a folder of any version into the present tables, in memory. The folder stays as it is. */
export class UpgradePath<D extends TableDefinitions> {
  readonly #folder: string;
  readonly #schema: Schema<D>;
  readonly #tables: Tables<D>;
  #steps: { schema: EarlierSchema; tables: Tables<TableDefinitions> }[] = [];

  constructor(folder: string, schema: Schema<D>, tables: Tables<D>) {
    this.#folder = folder;
    this.#schema = schema;
    this.#tables = tables;
  }

  /** Reads the operations of a version. Throws `store/unavailable` if it is unknown. */
  begin(version: number): Apply {
    const { tables: definitions, earlier = [] } = this.#schema;
    if (version === this.#schema.version) return createApply(definitions, this.#tables);
    this.#steps = earlier
      .filter((schema) => schema.version >= version)
      .map((schema) => ({ schema, tables: createTables(schema.tables) }));
    const [first] = this.#steps;
    if (first?.schema.version !== version) throw this.#unknown(version);
    return createApply(first.schema.tables, first.tables);
  }

  /** Upgrades what was read, version by version. */
  complete(): void {
    for (const [index, { schema, tables }] of this.#steps.entries()) {
      schema.upgrade(tables, this.#steps[index + 1]?.tables ?? this.#tables);
    }
  }

  #unknown(version: number): HubError {
    return new HubError(
      'store/unavailable',
      `${quote(this.#folder, 200)} was written in format ${version}, and this Pinhub knows ${this.#schema.version}. Nothing was changed; use the version that wrote it, or choose another place with --data`,
    );
  }
}
