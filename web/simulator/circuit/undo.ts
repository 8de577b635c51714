/** A value with its undo and redo history. Immutable. */
export interface History<T> {
  readonly present: T;
  /** The undo steps, oldest first. */
  readonly past: readonly T[];
  /** The redo steps, next first. */
  readonly future: readonly T[];
}

/** The maximum number of undo steps. */
export const MOST_STEPS = 100;

/** A value without a history. */
export function startHistory<T extends object>(present: T): History<T> {
  return { present, past: [], future: [] };
}

/** Sets a new value and clears the redo steps; setting the same value again adds no step. */
export function record<T extends object>(history: History<T>, present: T): History<T> {
  if (present === history.present) return history;
  const past = [...history.past, history.present].slice(-MOST_STEPS);
  return { present, past, future: [] };
}

/** Goes one step back; returns the same history if there is none. */
export function undo<T extends object>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    present: before,
    past: history.past.slice(0, -1),
    future: [history.present, ...history.future],
  };
}

/** Goes one step forward again; returns the same history if there is none. */
export function redo<T extends object>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { present: next, past: [...history.past, history.present], future };
}
