/** A row of a list that changes under the pointer. */
export interface HeldRow<T> {
  readonly key: string;
  readonly row: T;
  /** The entry is gone; its row stays so that nothing moves. */
  readonly isGone: boolean;
}

export interface Held<T> {
  readonly rows: readonly HeldRow<T>[];
  /** How many rows wait until they may be shown. */
  readonly waiting: number;
}

/**
 * The rows as they are or, while they are held, in their previous places: values change, rows that are gone stay marked, and new ones wait.
 */
export function holdStill<T>(
  before: readonly HeldRow<T>[] | undefined,
  rows: readonly T[],
  keyOf: (row: T) => string,
): Held<T> {
  const now = new Map(rows.map((row) => [keyOf(row), row]));
  if (!before) return { rows: [...now].map(([key, row]) => ({ key, row, isGone: false })), waiting: 0 };
  const held = before.map(({ key, row }) => {
    const present = now.get(key);
    return { key, row: present ?? row, isGone: present === undefined };
  });
  const known = new Set(before.map(({ key }) => key));
  return { rows: held, waiting: [...now.keys()].filter((key) => !known.has(key)).length };
}
