import { decodeSrgb, encodeSrgb } from '../../shared/srgb.ts';

/** Red, green and blue as sRGB code values 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** What a lamp looks like: unlit, lit at full power, or between, mixed in linear light as light itself adds up. */
export function mixLight(unlit: Rgb, lit: Rgb, light: number): string {
  const share = Math.min(Math.max(light, 0), 1);
  const mix = (from: number, to: number) => {
    const linear = decodeSrgb(from / 255) * (1 - share) + decodeSrgb(to / 255) * share;
    return Math.round(encodeSrgb(linear) * 255);
  };
  return `rgb(${mix(unlit[0], lit[0])} ${mix(unlit[1], lit[1])} ${mix(unlit[2], lit[2])})`;
}

/** Reads `#rrggbb`, as an RGB LED publishes its color; `undefined` where the text is none. */
export function readHexColor(text: string | undefined): Rgb | undefined {
  const match = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((digits) => Number.parseInt(digits, 16));
  return [red, green, blue];
}
