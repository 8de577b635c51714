import type { PartKind } from './kind.ts';

/** The resistance of a closed contact, ohms: push-buttons of this size are rated for 0.1 Ω at most (Omron B3F). */
const CONTACT_OHMS = 0.1;

/** A push-button across the gap. Each of its two contacts has a leg on either side, two columns apart. */
export const button: PartKind = {
  name: 'button',
  stands: 'breadboard',
  legs: [
    { name: '1l', column: 2, row: 0 },
    { name: '1r', column: 2, row: 5 },
    { name: '2l', column: 0, row: 0 },
    { name: '2r', column: 0, row: 5 },
  ],
  joined: [
    ['1l', '1r'],
    ['2l', '2r'],
  ],
  turns: [0],
  variants: [''],
  hand: { does: 'press', atRest: 0 },
  elements: (_variant, pressed) =>
    pressed >= 0.5 ? [{ is: 'resistor', between: ['1l', '2l'], ohms: CONTACT_OHMS }] : [],
  read: ({ hand }) => ({ is: 'contact', isPressed: hand >= 0.5 }),
};
