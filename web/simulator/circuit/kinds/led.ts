import type { Diode } from '../element.ts';
import type { PartKind } from './kind.ts';
import { LED_COLORS, type LedColor } from './led-colors.ts';
import { lightsOf } from './lights.ts';

const COLORS: Readonly<Record<string, LedColor>> = {
  red: LED_COLORS.red,
  green: LED_COLORS.green,
  yellow: LED_COLORS.yellow,
  blue: LED_COLORS.blue,
  white: LED_COLORS.white,
};

/** A 5 mm LED. Its anode, the longer leg, is on the left unless the part is turned. */
export const led: PartKind = {
  name: 'led',
  stands: 'breadboard',
  legs: [
    { name: 'anode', column: 0, row: 0 },
    { name: 'cathode', column: 1, row: 0 },
  ],
  turns: [0, 2],
  variants: Object.keys(COLORS),
  elements: (variant) => [diodeOf(variant)],
  read: ({ currentsMa }, variant) => ({ is: 'light', lights: lightsOf([diodeOf(variant)], currentsMa) }),
};

function diodeOf(variant: string): Diode {
  return { is: 'diode', between: ['anode', 'cathode'], ...(COLORS[variant] ?? LED_COLORS.red) };
}
