/** The shortest time between two bounces, microseconds; real contacts are that slow. */
const SHORTEST_US = 50;

/**
 * The instants at which a bouncing contact opens and closes, microseconds: an even number of flips from `fromUs` on,
 * the last at `fromUs + bounceUs`, when the contact comes to rest. The same `seed` gives the same chatter.
 */
export function bounceTimes(fromUs: number, bounceUs: number, seed: number): readonly number[] {
  const flips = 2 * (1 + Math.floor(Math.min(bounceUs / (2 * SHORTEST_US), 1 + 4 * fraction(seed))));
  const marks = Array.from({ length: flips - 1 }, (_, index) => (index + fraction(seed + index + 1)) / flips);
  return [...marks.map((mark) => fromUs + Math.ceil(mark * bounceUs)), fromUs + bounceUs];
}

/** A pseudo-random number from 0 to 1: the fractional part of a large sine. */
function fraction(seed: number): number {
  const large = Math.sin(seed * 12.9898) * 43_758.5453;
  return large - Math.floor(large);
}
