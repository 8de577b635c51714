import type { PartKind } from './kind.ts';

/** Values from the E6 and E12 series that are common in kits, ohms; the course's value first. */
const OHMS = [220, 330, 470, 1000, 2200, 4700, 10_000, 47_000, 100_000, 1_000_000, 47, 100, 150];

/** A resistor. Its legs are six columns apart, as drawn. */
export const resistor: PartKind = {
  name: 'resistor',
  stands: 'breadboard',
  legs: [
    { name: '1', column: 0, row: 0 },
    { name: '2', column: 6, row: 0 },
  ],
  turns: [0],
  variants: OHMS.map(String),
  elements: (variant) => [{ is: 'resistor', between: ['1', '2'], ohms: Number(variant) }],
  read: ({ currentsMa: [currentMa = 0] }) => ({ is: 'current', currentMa: Math.abs(currentMa) }),
};
