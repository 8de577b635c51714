/** Red, green and blue as sRGB code values, 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Parses `#rrggbb`, also in capitals, in quotation marks or without the `#`; `undefined` if the text is not a color. */
export function readColor(text: string): Rgb | undefined {
  const digits = /^\s*"?\s*#?([\da-f]{6})\s*"?\s*$/i.exec(text)?.[1];
  if (digits === undefined) return undefined;
  const [red = 0, green = 0, blue = 0] = (digits.match(/../g) ?? []).map((part) => Number.parseInt(part, 16));
  return [red, green, blue];
}

/** A color as `#rrggbb`. The parts must be whole numbers, 0–255. */
export function formatColor(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
