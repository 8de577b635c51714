import type { Effect } from './effect.ts';

/** Something that plays on the output latches, in closed form. Instants are microseconds since it began. */
export interface Program {
  /** May be infinite. */
  readonly durationUs: number;
  /** What all of it does. */
  readonly effect: Effect;
  /** The GPIO that it touches, a bit each. */
  readonly bits: number;
  /** What it has done up to and including an instant. */
  effectAt(us: number): Effect;
  /** The first instant after `us` at which it does something, `Infinity` for never again. */
  nextEvent(us: number): number;
  /** The identifier of the wave that plays at an instant, `undefined` where none does. */
  waveAt(us: number): number | undefined;
  /** The first instant after `us` at which another program can follow without cutting this one's round short. */
  seamUs(us: number): number;
}
