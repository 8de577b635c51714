/** Receives measurements of the devices. It is called in the path of every pin write: it must neither throw nor take time. */
export interface Meter {
  /** A write has waited this long for its turn, milliseconds: for the interval to pass, and for the write before it to end. */
  waited(ms: number): void;
  /** A driver's write to a pin has taken this long, milliseconds, whether it succeeded or failed. */
  wrote(ms: number, outcome: WriteOutcome): void;
}

export type WriteOutcome = 'done' | 'failed';

/** Discards all measurements. */
export const NO_METER: Meter = { waited: () => undefined, wrote: () => undefined };
