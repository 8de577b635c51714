import type { Diode } from '../element.ts';
import type { PartKind } from './kind.ts';
import { LED_COLORS } from './led-colors.ts';
import { lightsOf } from './lights.ts';

const DIODES: readonly Diode[] = [
  { is: 'diode', between: ['red', 'cathode'], ...LED_COLORS.red },
  { is: 'diode', between: ['green', 'cathode'], ...LED_COLORS.pureGreen },
  { is: 'diode', between: ['blue', 'cathode'], ...LED_COLORS.blue },
];

/** A 5 mm RGB LED with a common cathode, which is its longest leg. */
export const rgb: PartKind = {
  name: 'rgb',
  stands: 'breadboard',
  legs: [
    { name: 'red', column: 0, row: 0 },
    { name: 'cathode', column: 1, row: 0 },
    { name: 'green', column: 2, row: 0 },
    { name: 'blue', column: 3, row: 0 },
  ],
  optional: ['red', 'green', 'blue'],
  turns: [0, 2],
  variants: [''],
  elements: () => DIODES,
  read: ({ currentsMa }) => ({ is: 'light', lights: lightsOf(DIODES, currentsMa) }),
};
