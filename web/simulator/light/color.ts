import type { Rgb } from '../../../devices/facts/color.ts';
import { decodeSrgb, encodeSrgb } from '../../../devices/facts/srgb.ts';

/** The color of a lamp: unlit, lit at full power, or a mix of both in linear light, in which real light adds up. */
export function mixLight(unlit: Rgb, lit: Rgb, light: number): string {
  const share = Math.min(Math.max(light, 0), 1);
  const mix = (from: number, to: number) => {
    const linear = decodeSrgb(from / 255) * (1 - share) + decodeSrgb(to / 255) * share;
    return Math.round(encodeSrgb(linear) * 255);
  };
  return `rgb(${mix(unlit[0], lit[0])} ${mix(unlit[1], lit[1])} ${mix(unlit[2], lit[2])})`;
}
