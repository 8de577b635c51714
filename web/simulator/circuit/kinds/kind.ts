import type { Connections } from '../connections.ts';
import type { Element } from '../element.ts';
import type { PartFault } from '../fault.ts';
import type { Reading, Surroundings } from '../reading.ts';

/** A leg of a part. Its hole on the breadboard is this many columns to the right and rows down from the part's first hole. */
export interface Leg {
  readonly name: string;
  readonly column: number;
  /** Rows `j` to `a` from the top, ignoring the gap: `f` and `e` are neighbors. */
  readonly row: number;
}

/** Quarter turns. A part with all legs in one row can only be reversed. */
export type Turn = 0 | 2;

/** How a user operates a part: press it (1; released is 0), or turn it (0–1). `atRest` is the initial value. */
export interface Hand {
  readonly does: 'press' | 'turn';
  readonly atRest: number;
}

/** The properties that all parts of a kind share. A new kind needs one of these and a line in `index.ts`. */
export interface PartKind {
  /** Lower-case letters. Ids begin with it: `led1`. */
  readonly name: string;
  readonly stands: 'breadboard' | 'bench';
  /** The legs of a part on the bench have offsets of 0: wires connect to them by name. */
  readonly legs: readonly Leg[];
  /** Legs that are one piece of metal inside the part, like the two on each side of a button; none by default. */
  readonly joined?: readonly (readonly string[])[];
  /** Legs that may stay unconnected, like unused colors of an RGB LED; none by default. */
  readonly optional?: readonly string[];
  /** The turns that are useful. */
  readonly turns: readonly Turn[];
  /** The available colors or values in ohms, the default first; one empty string if all parts are alike. */
  readonly variants: readonly string[];
  /** `undefined` if the part has no control. */
  readonly hand?: Hand;
  /** The elements between its legs, for a position of its control. */
  elements(variant: string, hand: number): readonly Element[];
  /** The behavior of the part in these surroundings. */
  read(around: Surroundings, variant: string): Reading;
  /** The faults of its connections, apart from those of any part or LED. */
  check?(connections: Connections): readonly PartFault[];
}
