import { encodeSrgb } from '../../devices/facts/srgb.ts';

/**
 * How a lamp is drawn on every page: the opacity, 0–1, of its lit state and its halo. `light` is the share of the full light, 0–1 and
 * proportional to power. A screen's code values are not, so half the light has three quarters of the opacity.
 */
export function glowOf(light: number): number {
  return encodeSrgb(light);
}
