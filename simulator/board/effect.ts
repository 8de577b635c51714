/** What a stretch of a wave does to the output latches of GPIO 0–31: sets some, clears others, a bit each. */
export interface Effect {
  readonly set: number;
  readonly clear: number;
}

export const NO_EFFECT: Effect = { set: 0, clear: 0 };

/** One effect after another, as one. */
export function after(first: Effect, second: Effect): Effect {
  return {
    set: (first.set & ~second.clear) | second.set,
    clear: (first.clear & ~second.set) | second.clear,
  };
}

/** The latches once an effect has come over them. */
export function applied(effect: Effect, latches: number): number {
  return ((latches & ~effect.clear) | effect.set) >>> 0;
}
