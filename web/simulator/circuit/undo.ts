/** A value with its past and its future. Never changed, only replaced. */
export interface History<T> {
  readonly present: T;
  /** Oldest first. */
  readonly past: readonly T[];
  /** Next first. */
  readonly future: readonly T[];
}

/** How many steps back there are at most. */
export const MOST_STEPS = 100;

/** A value without a past. */
export function startHistory<T extends object>(present: T): History<T> {
  return { present, past: [], future: [] };
}

/** A new present. What was undone before is gone; the same value again is no step. */
export function record<T extends object>(history: History<T>, present: T): History<T> {
  if (present === history.present) return history;
  const past = [...history.past, history.present].slice(-MOST_STEPS);
  return { present, past, future: [] };
}

/** One step back; the same history if there is none. */
export function undo<T extends object>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    present: before,
    past: history.past.slice(0, -1),
    future: [history.present, ...history.future],
  };
}

/** One step forward again; the same history if there is none. */
export function redo<T extends object>(history: History<T>): History<T> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { present: next, past: [...history.past, history.present], future };
}
