/**
 * The effect of a stretch of a wave on the output latches of GPIO 0–31: a bit for each latch that it sets or clears.
 */
export interface Effect {
  readonly set: number;
  readonly clear: number;
}

export const NO_EFFECT: Effect = { set: 0, clear: 0 };

/** Combines two consecutive effects into one. */
export function after(first: Effect, second: Effect): Effect {
  return {
    set: (first.set & ~second.clear) | second.set,
    clear: (first.clear & ~second.set) | second.clear,
  };
}

/** The latches after an effect is applied to them. */
export function applied(effect: Effect, latches: number): number {
  return ((latches & ~effect.clear) | effect.set) >>> 0;
}
