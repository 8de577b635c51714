import { HubError } from '../core/error.ts';
import { ByteReader, ByteWriter } from '../storage/engine/bytes.ts';
import { createApply, createTables, INTEGER, type Tables } from '../storage/engine/table.ts';
import { HUB_SCHEMA } from '../storage/hub/hub-schema.ts';
import type { ReplayTarget } from './log-replay.ts';
import { MOVE_TABLES } from './move-tables.ts';
import { LEDGER_PLACE } from './origin-order.ts';

/**
 * The version of the tables that are not those of a store. Increase it with every change of these tables. Hubs of two versions serve in one cluster, so the
 * earlier one must be able to read what the later one writes (docs/cluster.md, Upgrading).
 */
const OWN_VERSION = 1;

/** The version of all tables. While the store's tables were the only ones, it was their version. */
const LOG_VERSION = 1_000 * OWN_VERSION + HUB_SCHEMA.version;
const READABLE = [HUB_SCHEMA.version, LOG_VERSION];

/** The versions as fences and checkpoints store them. */
export const VERSION: Uint8Array = encodeVersion(LOG_VERSION);

function encodeVersion(version: number): Uint8Array {
  const writer = new ByteWriter();
  INTEGER.write(writer, version);
  return writer.bytes;
}

const TABLES = {
  ...HUB_SCHEMA.tables,
  ...MOVE_TABLES,
  /** One entry, with key 0: how much of the ledger is applied to the sessions of this hub. */
  ledger: { number: 110, key: INTEGER, value: LEDGER_PLACE },
};

/** The content of a hub's log: the content of its store, and the hubs to which sessions have moved. */
export type StateTables = Tables<typeof TABLES>;

/** The state of a hub, filled from its log; later changes are passed on. */
export class HubState implements ReplayTarget {
  readonly tables: StateTables;
  /** Returns the writer for the next change. */
  beginChange: (() => ByteWriter) | undefined;
  readonly #apply: (reader: ByteReader) => void;

  constructor() {
    this.tables = createTables(TABLES, () => this.beginChange?.());
    this.#apply = createApply(this.tables);
  }

  version(content: Uint8Array): void {
    const version = INTEGER.read(new ByteReader(content));
    if (READABLE.includes(version)) return;
    const known = `this Pinhub knows ${READABLE.join(' and ')}`;
    throw new HubError(
      'store/unavailable',
      `the log of this hub is written in format ${version}, and ${known}. Nothing was changed; use the version that wrote it`,
    );
  }

  changes(content: Uint8Array): void {
    try {
      this.#apply(new ByteReader(content));
    } catch (cause) {
      const message = `the log of this hub holds something that this version does not know: ${cause}`;
      throw new HubError('store/damaged', message, { cause });
    }
  }
}
