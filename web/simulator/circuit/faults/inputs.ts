import { kindOfPart } from '../circuit.ts';
import type { Design } from '../design.ts';
import { measure, type PlacedElement } from '../electrics.ts';
import type { Fault, PartFault } from '../fault.ts';
import { LEVEL_VOLTS, type OutsidePin } from '../levels.ts';
import { wiredGpios } from '../moments.ts';
import { type PinStates, pullOf } from '../pin-drive.ts';
import { PIN_LIMIT_VOLTS, tooMuchVoltage } from './shorts.ts';

/**
 * GPIOs whose voltage would exceed the limit if they were inputs without a pull, for any position of the
 * potentiometers.
 */
export function voltageFaults(design: Design): readonly Fault[] {
  const { netlist, atLeast, atMost } = design;
  const variants = [atLeast, atMost].map((elements) => measure(netlist, elements, new Map()).volts);
  return wiredGpios(netlist).flatMap((gpio) => {
    const net = netlist.netOfGpio.get(gpio) ?? -1;
    // A pin that is connected to 5 V directly is reported with the short circuits.
    if ((netlist.nets[net]?.supplies.length ?? 0) > 0) return [];
    const volts = Math.max(...variants.map((each) => each[net] ?? 0));
    if (volts <= PIN_LIMIT_VOLTS) return [];
    return [{ ...tooMuchVoltage(gpio, volts), parts: partsAt(net, atMost), wires: [] }];
  });
}

/** The parts with a leg in a net. */
function partsAt(net: number, elements: readonly PlacedElement[]): readonly string[] {
  const there = elements.filter(({ from, to }) => from === net || to === net);
  return [...new Set(there.map(({ part }) => part))];
}

/** Inputs that nothing drives, and inputs with a voltage between the levels. */
export function inputFaults(
  design: Design,
  pins: PinStates,
  levels: ReadonlyMap<number, OutsidePin>,
): readonly Fault[] {
  return [...levels].flatMap(([gpio, outside]) => {
    const net = design.netlist.netOfGpio.get(gpio);
    // Nobody reads a pin that was never used.
    if (net === undefined || !pins.has(gpio)) return [];
    const fault = floating(gpio, outside, pins) ?? betweenLevels(gpio, outside);
    const isTurned = fault?.code === 'pin/between-levels' && isOnPotentiometer(net, design);
    return fault && !isTurned ? [{ ...fault, parts: partsAt(net, design.atMost), wires: [] }] : [];
  });
}

function floating(gpio: number, { volts }: OutsidePin, pins: PinStates): PartFault | undefined {
  const isFloating = volts === undefined && pullOf(gpio, pins.get(gpio)) === 'none';
  return isFloating ? { code: 'pin/floating', severity: 'fault', gpio } : undefined;
}

/** If the pull decides the level, as on a pin with an LED to ground, the pin is not meant to be read. */
function betweenLevels(gpio: number, { level, volts }: OutsidePin): PartFault | undefined {
  if (level === 'open' || volts === undefined) return undefined;
  const isBetween = volts > LEVEL_VOLTS.low && volts < LEVEL_VOLTS.high;
  return isBetween ? { code: 'pin/between-levels', severity: 'hint', gpio, volts } : undefined;
}

/** A potentiometer passes between the levels whenever it is turned, and has a hint of its own for that. */
function isOnPotentiometer(net: number, { circuit, reach, atMost }: Design): boolean {
  const turned = circuit.parts.filter((part) => kindOfPart(part).hand?.does === 'turn');
  return atMost.some(
    ({ part, from }) => turned.some(({ id }) => id === part) && reach.groupOf(from) === reach.groupOf(net),
  );
}
