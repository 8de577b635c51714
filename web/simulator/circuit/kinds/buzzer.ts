import type { Connections } from '../connections.ts';
import type { PartFault } from '../fault.ts';
import type { PartKind } from './kind.ts';

/** A piezo disc lets almost no direct current through. */
const LEAKAGE_OHMS = 1_000_000;

/** The smallest audible change of voltage, volts. */
const LEAST_SWING = 1;

/** The audible range, Hz. */
const AUDIBLE = { min: 20, max: 20_000 };

/** A passive piezo buzzer: its tone has the frequency of the voltage between its legs, and a constant voltage is silent. */
export const buzzer: PartKind = {
  name: 'buzzer',
  stands: 'breadboard',
  legs: [
    { name: '1', column: 0, row: 0 },
    { name: '2', column: 1, row: 0 },
  ],
  turns: [0, 2],
  variants: [''],
  elements: () => [{ is: 'resistor', between: ['1', '2'], ohms: LEAKAGE_OHMS }],
  read: ({ wave, swing }) => {
    const frequencyHz = (wave('1') ?? wave('2'))?.frequencyHz ?? 0;
    const isHeard =
      frequencyHz >= AUDIBLE.min && frequencyHz <= AUDIBLE.max && swing('1', '2') >= LEAST_SWING;
    return { is: 'tone', frequencyHz: isHeard ? frequencyHz : 0 };
  },
  check,
};

function check({ isLoose, isJoined, gpiosNear, leadsTo }: Connections): readonly PartFault[] {
  if (isLoose('1') || isLoose('2') || isJoined('1', '2')) return [];
  const isDriven = ['1', '2'].map((leg) => gpiosNear(leg).length > 0);
  if (!isDriven.includes(true)) return [{ code: 'buzzer/no-signal', severity: 'fault' }];
  const other = isDriven[0] ? '2' : '1';
  const isClosed = leadsTo(other, 'pin') || leadsTo(other, 'ground') || leadsTo(other, 'supply');
  return isClosed ? [] : [{ code: 'part/no-ground', severity: 'fault' }];
}
