/** Told how the devices fare, for whoever measures them. It is called on the way to a pin: it must neither throw nor take time. */
export interface Meter {
  /** What is to be written has waited so long for its turn, milliseconds: for the interval to pass, and the write before it to end. */
  waited(ms: number): void;
  /** A driver has written to a pin, or could not, and has taken so long over it, milliseconds. */
  wrote(ms: number, outcome: WriteOutcome): void;
}

export type WriteOutcome = 'done' | 'failed';

/** Measures nothing. */
export const NO_METER: Meter = { waited: () => undefined, wrote: () => undefined };
