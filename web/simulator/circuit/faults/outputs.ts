import type { Design } from '../design.ts';
import type { Fault } from '../fault.ts';
import { type Moment, peakOf } from '../moments.ts';
import { isOutput, type PinStates } from '../pin-drive.ts';
import { groupsOf } from './groups.ts';
import { tryPins } from './trials.ts';

/** The largest current that one GPIO may source or sink, milliamperes (Raspberry Pi documentation, "GPIO pads control": the strongest drive). */
export const PIN_LIMIT_MA = 16;

/**
 * The largest total current that all GPIOs may draw from the 3.3 V supply, milliamperes: the design limit of the first Raspberry Pi, and the usual
 * rule since.
 */
export const PINS_LIMIT_MA = 50;

/** The largest current that each GPIO would source or sink as an output with all controls at their lowest, by BCM number, milliamperes. */
export function pinLoads(design: Design): ReadonlyMap<number, number> {
  return new Map(
    groupsOf(design).flatMap(({ variants: [calm], gpios }) => {
      const { mostPinAmps } = tryPins(design.netlist, gpios, [calm]);
      return gpios.map((gpio) => [gpio, mostPinAmps(gpio) * 1000] as const);
    }),
  );
}

/** Outputs with a current above the limit. */
export function outputFaults(loads: ReadonlyMap<number, number>, pins: PinStates): readonly Fault[] {
  return [...loads].flatMap(([gpio, currentMa]) => {
    if (!isOutput(pins.get(gpio)) || currentMa <= PIN_LIMIT_MA) return [];
    const facts = { gpio, currentMa, limitMa: PIN_LIMIT_MA };
    return [{ code: 'pin/too-much-current' as const, severity: 'danger' as const, ...facts, ...NOTHING }];
  });
}

/** Checks the total current of all outputs in their current states. */
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
