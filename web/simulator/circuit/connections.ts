import type { Supply } from './supply.ts';

/** Where a way through a circuit can lead. */
export type Goal = 'ground' | 'supply' | 'pin';

/** How a part is connected to the others. Ways go through other parts, in whichever direction current would flow, and not through itself. */
export interface Connections {
  /** Whether nothing else is in a leg's net, or only legs that are one piece with it. */
  isLoose(leg: string): boolean;
  /** Whether two legs are in one net. */
  isJoined(one: string, other: string): boolean;
  /** What supplies are in a leg's own net. */
  suppliesAt(leg: string): readonly Supply[];
  /** The GPIOs in a leg's own net. */
  gpiosAt(leg: string): readonly number[];
  /** The GPIOs that ways lead to. */
  gpiosNear(leg: string): readonly number[];
  leadsTo(leg: string, goal: Goal): boolean;
}
