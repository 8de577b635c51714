import type { PartKind } from './kind.ts';

/** The resistance from end to end, ohms. */
const TRACK_OHMS = 10_000;

/** The remaining resistance between the wiper and the end that it touches, ohms. */
const END_OHMS = 10;

/** A linear 10 kΩ potentiometer next to the breadboard. Turned fully down (0), its wiper is at `end1`. */
export const potentiometer: PartKind = {
  name: 'potentiometer',
  stands: 'bench',
  legs: ['end1', 'wiper', 'end2'].map((name) => ({ name, column: 0, row: 0 })),
  turns: [0],
  variants: [''],
  hand: { does: 'turn', atRest: 0.5 },
  elements: (_variant, turned) => [
    { is: 'resistor', between: ['end1', 'wiper'], ohms: END_OHMS + TRACK_OHMS * turned },
    { is: 'resistor', between: ['wiper', 'end2'], ohms: END_OHMS + TRACK_OHMS * (1 - turned) },
  ],
  read: ({ hand, volts }) => ({ is: 'wiper', share: hand, volts: volts('wiper') }),
  check: ({ gpiosNear }) =>
    gpiosNear('wiper').map((gpio) => ({ code: 'potentiometer/no-analog-input', severity: 'hint', gpio })),
};
