import type { ByteReader, ByteWriter } from './bytes.ts';

/** How values of a type are written and read. */
export interface Codec<T> {
  write(writer: ByteWriter, value: T): void;
  /** Throws if the bytes are not a value. */
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

/** How the values of a table are written and read. `read` gets the key, so values need not repeat it. */
export interface ValueCodec<K, V> {
  write(writer: ByteWriter, value: V): void;
  read(reader: ByteReader, key: K): V;
}

interface TableDefinition<K, V> {
  /** The table's number in files, 0–126. */
  readonly number: number;
  readonly key: Codec<K>;
  readonly value: ValueCodec<K, V>;
}

/** Called for every change; returns the writer to log it to, if any. */
type BeginChange = () => ByteWriter | undefined;

/** The first byte of an operation is twice the table's number, plus this if the operation deletes an entry. */
const DELETE = 1;

/** Values by key, in memory, whose changes are logged. Values must not be changed in place: they are written again with every new base. */
export class Table<K, V> implements Iterable<readonly [K, V]> {
  readonly #definition: TableDefinition<K, V>;
  readonly #beginChange: BeginChange;
  readonly #entries = new Map<K, V>();

  constructor(definition: TableDefinition<K, V>, beginChange: BeginChange) {
    this.#definition = definition;
    this.#beginChange = beginChange;
  }

  get number(): number {
    return this.#definition.number;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: K): V | undefined {
    return this.#entries.get(key);
  }

  set(key: K, value: V): void {
    this.#entries.set(key, value);
    const writer = this.#beginChange();
    if (writer) this.#writeEntry(writer, key, value);
  }

  /** Deletes an entry. Returns whether it was there. */
  delete(key: K): boolean {
    if (!this.#entries.delete(key)) return false;
    const writer = this.#beginChange();
    writer?.byte(this.#definition.number * 2 + DELETE);
    if (writer) this.#definition.key.write(writer, key);
    return true;
  }

  [Symbol.iterator](): Iterator<readonly [K, V]> {
    return this.#entries.entries();
  }

  /** Writes all entries that are present at the call as operations, one for each step of the iterator. */
  *writeAll(writer: ByteWriter, keys = [...this.#entries.keys()]): Generator<void> {
    for (const key of keys) {
      const value = this.#entries.get(key);
      if (value === undefined) continue;
      this.#writeEntry(writer, key, value);
      yield;
    }
  }

  /** Applies an operation that was read; it is not logged. */
  apply(reader: ByteReader, isDeletion: boolean): void {
    const { key: keys, value: values } = this.#definition;
    const key = keys.read(reader);
    if (isDeletion) this.#entries.delete(key);
    else this.#entries.set(key, values.read(reader, key));
  }

  #writeEntry(writer: ByteWriter, key: K, value: V): void {
    const { number, key: keys, value: values } = this.#definition;
    writer.byte(number * 2);
    keys.write(writer, key);
    values.write(writer, value);
  }
}

/** Tables by their names in the program. */
export type TableDefinitions = Readonly<Record<string, TableDefinition<unknown, unknown>>>;

export type Tables<D extends TableDefinitions> = {
  readonly [Name in keyof D]: D[Name] extends TableDefinition<infer K, infer V> ? Table<K, V> : never;
};

export function createTables<D extends TableDefinitions>(
  definitions: D,
  beginChange: BeginChange = () => undefined,
): Tables<D> {
  const tables = Object.entries(definitions).map(([name, definition]) => [
    name,
    new Table(definition, beginChange),
  ]);
  return Object.fromEntries(tables) as Tables<D>;
}

/** Applies operations to their tables. The returned function throws if a table is unknown or a value has the wrong type. */
export function createApply(tables: Tables<TableDefinitions>): (reader: ByteReader) => void {
  const byNumber = new Map(Object.values(tables).map((table) => [table.number, table]));
  return (reader) => {
    while (!reader.isAtEnd) {
      const operation = reader.byte();
      const table = byNumber.get(operation >> 1);
      if (!table) throw new RangeError(`there is no table ${operation >> 1}`);
      table.apply(reader, (operation & DELETE) === DELETE);
    }
  };
}
