import type { ByteReader, ByteWriter } from './bytes.ts';

/** How values of a type are written, and read again. */
export interface Codec<T> {
  write(writer: ByteWriter, value: T): void;
  /** Throws where what was written is none. */
  read(reader: ByteReader): T;
}

/** Whole numbers from 0 to 2^53 − 1. */
export const INTEGER: Codec<number> = {
  write: (writer, value) => writer.integer(value),
  read: (reader) => reader.integer(),
};

/** Well-formed text. */
export const TEXT: Codec<string> = {
  write: (writer, value) => writer.text(value),
  read: (reader) => reader.text(),
};

/** How values are written that are filed under keys; the key need not be written twice. */
export interface ValueCodec<K, V> {
  write(writer: ByteWriter, value: V): void;
  /** Throws where what was written is none. */
  read(reader: ByteReader, key: K): V;
}

/** What a table holds, and how that is written. */
interface TableDefinition<K, V> {
  /** What the table is called in files, 0–126. Never used anew for something else. */
  readonly number: number;
  readonly key: Codec<K>;
  readonly value: ValueCodec<K, V>;
}

/** Puts a value in, or takes one out: the first byte of an operation is twice the table's number, and one more for the latter. */
const DELETE = 1;

/**
 * Values by key, in memory, whose every change is told. The values are not to be changed themselves: they are written anew, as they
 * are, when the files are.
 */
export class Table<K, V> implements Iterable<readonly [K, V]> {
  readonly #definition: TableDefinition<K, V>;
  readonly #tell: () => ByteWriter;
  readonly #entries = new Map<K, V>();

  /** `tell` is called for every change, for something to write it to. */
  constructor(definition: TableDefinition<K, V>, tell: () => ByteWriter) {
    this.#definition = definition;
    this.#tell = tell;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.set(key, value);
    this.#writeEntry(this.#tell(), key, value);
  }

  /** Whether it was there. */
  delete(key: K): boolean {
    if (!this.#entries.delete(key)) return false;
    const writer = this.#tell();
    writer.byte(this.#definition.number * 2 + DELETE);
    this.#definition.key.write(writer, key);
    return true;
  }

  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return this.#entries.entries();
  }

  /**
   * Writes all entries that there are now as operations, one each time the iterator is asked, as they are then. What comes meanwhile is left
   * out: there is an end to it, whatever comes.
   */
  writeAll(writer: ByteWriter): Iterable<void> {
    return this.#writeEntries([...this.#entries.keys()], writer);
  }

  /** Applies an operation that was read, without telling. */
  apply(reader: ByteReader, isDeletion: boolean): void {
    const { key: keys, value: values } = this.#definition;
    const key = keys.read(reader);
    if (isDeletion) this.#entries.delete(key);
    else this.#entries.set(key, values.read(reader, key));
  }

  *#writeEntries(keys: readonly K[], writer: ByteWriter): Generator<void> {
    for (const key of keys) {
      const value = this.#entries.get(key);
      if (value === undefined) continue;
      this.#writeEntry(writer, key, value);
      yield;
    }
  }

  #writeEntry(writer: ByteWriter, key: K, value: V): void {
    const { number, key: keys, value: values } = this.#definition;
    writer.byte(number * 2);
    keys.write(writer, key);
    values.write(writer, value);
  }
}

/** The tables of a database, by the names that they have in the program. */
export type TableDefinitions = Readonly<Record<string, TableDefinition<unknown, unknown>>>;

export type Tables<D extends TableDefinitions> = {
  readonly [Name in keyof D]: D[Name] extends TableDefinition<infer K, infer V> ? Table<K, V> : never;
};

export function createTables<D extends TableDefinitions>(definitions: D, tell: () => ByteWriter): Tables<D> {
  const tables = Object.entries(definitions).map(([name, definition]) => [name, new Table(definition, tell)]);
  return Object.fromEntries(tables) as Tables<D>;
}

/** Applies operations that were read, to the tables that they name. Throws where they name none, or hold no value of its type. */
export function createApply<D extends TableDefinitions>(
  definitions: D,
  tables: Tables<D>,
): (reader: ByteReader) => void {
  const byNumber = new Map<number, Table<unknown, unknown>>();
  for (const [name, { number }] of Object.entries(definitions)) {
    const table = tables[name];
    if (table) byNumber.set(number, table);
  }
  return (reader) => {
    while (!reader.isAtEnd) {
      const operation = reader.byte();
      const table = byNumber.get(operation >> 1);
      if (!table) throw new RangeError(`there is no table ${operation >> 1}`);
      table.apply(reader, (operation & DELETE) === DELETE);
    }
  };
}
