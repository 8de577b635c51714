import type { Diode } from '../element.ts';

/** The electrical properties of an LED's color. */
export type LedColor = Pick<Diode, 'kneeVolts' | 'ohms' | 'color' | 'fullMa'>;

/**
 * A straight line through the typical data sheet values of 5 mm LEDs at 2 mA and at 20 mA. At 20 mA the forward voltage is about 2.0 V (red,
 * AlInGaP), 2.1 V (yellow, and green of GaP), and 3.2 V (blue, white, and the green of RGB LEDs, InGaN), as in Kingbright's WP7113 series. `fullMa`:
 * InGaN needs less current for the same light.
 */
export const LED_COLORS = {
  red: { color: 'red', kneeVolts: 1.7, ohms: 15, fullMa: 5 },
  green: { color: 'green', kneeVolts: 1.8, ohms: 15, fullMa: 5 },
  yellow: { color: 'yellow', kneeVolts: 1.8, ohms: 15, fullMa: 5 },
  blue: { color: 'blue', kneeVolts: 2.7, ohms: 25, fullMa: 2 },
  white: { color: 'white', kneeVolts: 2.7, ohms: 25, fullMa: 2 },
  pureGreen: { color: 'green', kneeVolts: 2.7, ohms: 25, fullMa: 2 },
} as const satisfies Record<string, LedColor>;
