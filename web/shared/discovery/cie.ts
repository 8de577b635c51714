import type { Rgb } from '../../../devices/facts/color.ts';
import { decodeSrgb, encodeSrgb } from '../../../devices/facts/srgb.ts';

/** A color without its brightness: coordinates of CIE 1931. */
export type Xy = readonly [x: number, y: number];

/** The coordinates of what a screen shows, by sRGB's primaries and white (IEC 61966-2-1). Black has the white's. */
export function toXy(color: Rgb): Xy {
  const isBlack = Math.max(...color) === 0;
  const [red = 0, green = 0, blue = 0] = color.map((part) => (isBlack ? 1 : decodeSrgb(part / 255)));
  const x = 0.4124 * red + 0.3576 * green + 0.1805 * blue;
  const y = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  const z = 0.0193 * red + 0.1192 * green + 0.9505 * blue;
  return [x / (x + y + z), y / (x + y + z)];
}

/**
 * The brightest color of a screen with these coordinates; `undefined` if there is no such light. Bulbs have colors that no screen has: red, green
 * or blue below 0 becomes 0.
 */
export function fromXy([x, y]: Xy): Rgb | undefined {
  const z = 1 - x - y;
  if (!(x >= 0 && y >= 0 && z >= 0)) return undefined;
  const light = [
    3.2406 * x - 1.5372 * y - 0.4986 * z,
    -0.9689 * x + 1.8758 * y + 0.0415 * z,
    0.0557 * x - 0.204 * y + 1.057 * z,
  ];
  const most = Math.max(...light);
  const [red = 0, green = 0, blue = 0] = light.map((part) => Math.round(encodeSrgb(part / most) * 255));
  return [red, green, blue];
}
