import { PART_SCALE } from '../bench/breadboard.ts';
import type { Point } from '../bench/geometry.ts';

/**
 * The style that positions an element of `@wokwi/elements` on the bench, so that its own point `pin` lies at `hole`.
 */
export function placeAt(hole: Point, pin: Point, scale: number = PART_SCALE): string {
  const x = hole.x - pin.x * scale;
  const y = hole.y - pin.y * scale;
  return `transform: translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) scale(${scale})`;
}

/** The position of the first leg of `wokwi-resistor`, in the element's own pixels. */
export const RESISTOR_PIN: Point = { x: 0, y: 5.65 };
