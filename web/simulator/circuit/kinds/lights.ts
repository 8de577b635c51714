import type { Diode } from '../element.ts';
import type { Light } from '../reading.ts';

/** The brightness of diodes at these mean currents, milliamperes. */
export function lightsOf(diodes: readonly Diode[], currentsMa: readonly number[]): readonly Light[] {
  return diodes.map(({ color, fullMa }, index) => {
    const currentMa = currentsMa[index] ?? 0;
    return { color, currentMa, light: Math.min(1, Math.max(0, currentMa / fullMa)) };
  });
}
