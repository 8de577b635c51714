/** Pseudo-random numbers from 0 to 1, the same for the same seed: mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number from 0, below `end`. */
export function below(end: number, random: () => number): number {
  return Math.floor(random() * end);
}

/** One of several. */
export function pick<T>(from: readonly [T, ...T[]], random: () => number): T {
  return from[below(from.length, random)] ?? from[0];
}

export function randomBytes(length: number, random: () => number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at++) bytes[at] = below(256, random);
  return bytes;
}
