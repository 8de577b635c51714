import { formatColor, readColor } from '../../devices/facts/color.ts';

/** A color as people choose it: a place on the wheel, and how bright it is. */
export interface Hsv {
  /** Degrees, 0–360: red is 0, green 120, blue 240. */
  readonly hue: number;
  /** 0 (white) to 1 (full color). */
  readonly saturation: number;
  /** 0 (black) to 1. */
  readonly value: number;
}

/** The nearest `#rrggbb`. Source of the rule: A. R. Smith, "Color Gamut Transform Pairs", 1978. */
export function toHex({ hue, saturation, value }: Hsv): string {
  const part = (shift: number) => {
    const place = (shift + hue / 60) % 6;
    const share = value - value * saturation * Math.max(0, Math.min(place, 4 - place, 1));
    return Math.round(255 * share);
  };
  return formatColor([part(5), part(3), part(1)]);
}

/** The place of a color on the wheel. Black has no hue and no saturation, and gray has no hue: these are taken from `before`. */
export function toHsv(hex: string, before: Hsv): Hsv {
  const [red, green, blue] = (readColor(hex) ?? [0, 0, 0]).map((part) => part / 255) as [
    number,
    number,
    number,
  ];
  const value = Math.max(red, green, blue);
  const chroma = value - Math.min(red, green, blue);
  if (value === 0) return { ...before, value };
  if (chroma === 0) return { hue: before.hue, saturation: 0, value };
  return { hue: hueOf({ red, green, blue, value, chroma }), saturation: chroma / value, value };
}

interface Parts {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly value: number;
  readonly chroma: number;
}

function hueOf({ red, green, blue, value, chroma }: Parts): number {
  if (value === red) return (60 * ((green - blue) / chroma) + 360) % 360;
  return value === green ? 60 * ((blue - red) / chroma) + 120 : 60 * ((red - green) / chroma) + 240;
}
