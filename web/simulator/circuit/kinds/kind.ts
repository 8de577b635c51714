import type { Connections } from '../connections.ts';
import type { Element } from '../element.ts';
import type { PartFault } from '../fault.ts';
import type { Reading, Surroundings } from '../reading.ts';

/** A leg of a part. On the breadboard its hole lies so many columns to the right and rows down from the part's first one. */
export interface Leg {
  readonly name: string;
  readonly column: number;
  /** Rows `j` to `a` from the top, without regard to the gap: `f` and `e` are neighbours. */
  readonly row: number;
}

/** Quarter turns. Legs in one row can only change ends. */
export type Turn = 0 | 2;

/** What a hand can do to a part: press it (1; 0 is let go), or turn it (0–1); and how it is before anybody does. */
export interface Hand {
  readonly does: 'press' | 'turn';
  readonly atRest: number;
}

/** What is the same for all parts of a kind. A new kind is one of these and a line in `index.ts`. */
export interface PartKind {
  /** Lower-case letters. Ids begin with it: `led1`. */
  readonly name: string;
  readonly stands: 'breadboard' | 'bench';
  /** The legs of a part that stands on the bench have offsets of 0: wires go to them by name. */
  readonly legs: readonly Leg[];
  /** Legs that are one piece of metal inside the part, as the two on each side of a button; none by default. */
  readonly joined?: readonly (readonly string[])[];
  /** Legs that may well stay free, as the colours of an RGB LED that nobody wants; none by default. */
  readonly optional?: readonly string[];
  /** The turns that make sense. */
  readonly turns: readonly Turn[];
  /** The colours, or the values in ohms, that there are, the usual one first; one empty text where all are alike. */
  readonly variants: readonly string[];
  /** `undefined` where there is nothing to do by hand. */
  readonly hand?: Hand;
  /** What is between its legs, while a hand does so much to it. */
  elements(variant: string, hand: number): readonly Element[];
  /** What it does, from what is around it. */
  read(around: Surroundings, variant: string): Reading;
  /** What is wrong with how it is connected, beside what can be wrong with any part or LED. */
  check?(connections: Connections): readonly PartFault[];
}
