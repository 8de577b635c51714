/**
 * The perceived lightness, 0–1, of a share of the full luminance, 0–1: L* / 100 of CIE 15, computed from the luminance
 * Y of CIE 1931. Half the luminance looks about three quarters as bright.
 */
export function perceivedLightness(luminance: number): number {
  const bounded = Math.min(Math.max(luminance, 0), 1);
  const isDark = bounded <= (6 / 29) ** 3;
  return isDark ? ((29 / 3) ** 3 * bounded) / 100 : 1.16 * Math.cbrt(bounded) - 0.16;
}
