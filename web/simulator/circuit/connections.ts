import type { Supply } from './supply.ts';

/** The possible ends of a path through a circuit. */
export type Goal = 'ground' | 'supply' | 'pin';

/** The connections of a part to the others. Paths go through other parts in either direction of current, and never through the part itself. */
export interface Connections {
  /** Whether the leg's net contains nothing else, except legs that are one piece of metal with it. */
  isLoose(leg: string): boolean;
  /** Whether two legs are in the same net. */
  isJoined(one: string, other: string): boolean;
  /** The supplies in a leg's own net. */
  suppliesAt(leg: string): readonly Supply[];
  /** The GPIOs in a leg's own net. */
  gpiosAt(leg: string): readonly number[];
  /** The GPIOs that paths lead to. */
  gpiosNear(leg: string): readonly number[];
  leadsTo(leg: string, goal: Goal): boolean;
}
