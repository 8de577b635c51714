import type { Design } from '../design.ts';
import type { Fault } from '../fault.ts';
import { type Moment, peakOf } from '../moments.ts';
import { isOutput, type PinStates } from '../pin-drive.ts';
import { groupsOf } from './groups.ts';
import { tryPins } from './trials.ts';

/** What one GPIO may give or take, milliamperes (Raspberry Pi documentation, "GPIO pads control": the strongest drive). */
export const PIN_LIMIT_MA = 16;

/** What all GPIOs together may take from the supply of 3.3 V, milliamperes: what the first Raspberry Pi was designed for, and a usual rule since. */
export const PINS_LIMIT_MA = 50;

/** The most that each GPIO would have to give or take as an output with hands off, by BCM number, milliamperes. */
export function pinLoads(design: Design): ReadonlyMap<number, number> {
  return new Map(
    groupsOf(design).flatMap(({ variants: [calm], gpios }) => {
      const { mostPinAmps } = tryPins(design.netlist, gpios, [calm]);
      return gpios.map((gpio) => [gpio, mostPinAmps(gpio) * 1000] as const);
    }),
  );
}

/** Outputs that have more to give than they should. */
export function outputFaults(loads: ReadonlyMap<number, number>, pins: PinStates): readonly Fault[] {
  return [...loads].flatMap(([gpio, currentMa]) => {
    if (!isOutput(pins.get(gpio)) || currentMa <= PIN_LIMIT_MA) return [];
    const facts = { gpio, currentMa, limitMa: PIN_LIMIT_MA };
    return [{ code: 'pin/too-much-current' as const, severity: 'danger' as const, ...facts, ...NOTHING }];
  });
}

/** All outputs together, as they are now. */
export function sumFaults(moments: readonly Moment[], pins: PinStates): readonly Fault[] {
  const currentMa = peakOf(moments, ({ pinAmps }) => {
    const given = [...pinAmps].filter(([gpio, amps]) => isOutput(pins.get(gpio)) && amps > 0);
    return given.reduce((sum, [, amps]) => sum + amps * 1000, 0);
  });
  if (currentMa <= PINS_LIMIT_MA) return [];
  return [
    { code: 'pins/too-much-current', severity: 'danger', currentMa, limitMa: PINS_LIMIT_MA, ...NOTHING },
  ];
}

const NOTHING = { parts: [], wires: [] };
