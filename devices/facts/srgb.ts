/** Encodes the light of a screen, 0–1 and proportional to power, as an sRGB code value 0–1 (IEC 61966-2-1). */
export function encodeSrgb(light: number): number {
  const bounded = Math.min(Math.max(light, 0), 1);
  return bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055;
}

/** The light, 0–1, that a screen emits for an sRGB code value 0–1: the inverse of `encodeSrgb`. */
export function decodeSrgb(code: number): number {
  const bounded = Math.min(Math.max(code, 0), 1);
  return bounded <= 0.04045 ? bounded / 12.92 : ((bounded + 0.055) / 1.055) ** 2.4;
}
