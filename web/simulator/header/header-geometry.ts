import type { Point } from '../bench/geometry.ts';

/** The geometry of the drawn header; its top left corner is at 0, 0. */
export const HEADER = {
  width: 316,
  height: 546,
  firstRowY: 52,
  rowPitch: 24,
  oddX: 144,
  evenX: 172,
  chipWidth: 114,
  chipHeight: 19,
  /** The distance from a pad's middle to its chip. */
  chipGap: 16,
} as const;

/** The middle of a pin, 1–40: odd numbers on the left, two pins to a row. */
export function padAt(physical: number): Point {
  const row = Math.floor((physical - 1) / 2);
  return { x: physical % 2 === 1 ? HEADER.oddX : HEADER.evenX, y: HEADER.firstRowY + row * HEADER.rowPitch };
}
