import type { Effect } from './effect.ts';

/** A sequence of changes of the output latches, in closed form. Instants are microseconds since it began. */
export interface Program {
  /** May be infinite. */
  readonly durationUs: number;
  /** The effect of the whole program. */
  readonly effect: Effect;
  /** The GPIO that it touches, one bit each. */
  readonly bits: number;
  /** Its effect up to and including an instant. */
  effectAt(us: number): Effect;
  /** The first instant after `us` at which it changes something, `Infinity` if it never does again. */
  nextEvent(us: number): number;
  /** The identifier of the wave that plays at an instant, `undefined` if there is none. */
  waveAt(us: number): number | undefined;
  /** The first instant after `us` at which another program can follow without cutting the current round short. */
  seamUs(us: number): number;
}
