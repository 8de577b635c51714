import { type Circuit, kindOfPart } from './circuit.ts';
import type { Element } from './element.ts';
import type { Hand } from './kinds/index.ts';
import type { Netlist } from './netlist.ts';
import { ampsThrough, type Branch } from './network.ts';
import { solve } from './solve.ts';
import { SUPPLY_VOLTS } from './supply.ts';

/**
 * The approximate series resistance of an output of the BCM2711 and its predecessors, at the default drive strength of 8 mA. The documentation gives
 * bounds: less than 0.14 V are lost at 2 mA (70 Ω), and at the strongest 18 mA flow at 0.4 V (22 Ω). Raspberry Pi documentation, "GPIO voltage
 * specifications".
 */
export const OUTPUT_OHMS = 40;

/** The approximate resistance of a pin's own pull: 33–73 kΩ on a Pi 4, 50–65 kΩ before (the same table). */
export const PULL_OHMS = 47_000;

/** The two I2C pins have pull-ups on the board itself, which cannot be switched off (Raspberry Pi schematics). */
const BOARD_PULLS = [2, 3];
const BOARD_PULL_OHMS = 1800;

/** An element of a part, with the nets of its ends. */
export interface PlacedElement {
  readonly part: string;
  readonly element: Element;
  readonly from: number;
  readonly to: number;
}

/** The current position of a part's control. */
export type HandOf = (part: string, hand: Hand) => number;

/** All elements of a circuit, ordered by part and then by each kind's list. */
export function elementsOf({ parts }: Circuit, netlist: Netlist, handOf: HandOf): readonly PlacedElement[] {
  return parts.flatMap((part) => {
    const kind = kindOfPart(part);
    const hand = kind.hand ? handOf(part.id, kind.hand) : 0;
    return kind.elements(part.variant, hand).flatMap((element) => {
      const [from, to] = element.between.map((leg) => netlist.netOfLeg(part.id, leg));
      return from === undefined || to === undefined ? [] : [{ part: part.id, element, from, to }];
    });
  });
}

/** The equivalent source of a pin: a voltage behind a resistance. A pin that is not driven has none. */
export interface Drive {
  readonly volts: number;
  readonly ohms: number;
}

/** Indexed by BCM number. */
export type Drives = ReadonlyMap<number, Drive>;

/** The voltages and currents for one set of drives. */
export interface Measurement {
  /** Indexed by net. */
  readonly volts: ArrayLike<number>;
  /** The currents through the elements, in their order. */
  readonly elementAmps: readonly number[];
  /** The current out of each driven pin. */
  readonly pinAmps: ReadonlyMap<number, number>;
}

/** Measures a circuit at one instant. */
export function measure(netlist: Netlist, elements: readonly PlacedElement[], drives: Drives): Measurement {
  const held = heldNets(netlist);
  const elementBranches = elements.map(branchOf);
  const pinBranches = [...drives].flatMap(([gpio, { volts, ohms }], index) => {
    const to = netlist.netOfGpio.get(gpio);
    const from = netlist.nets.length + index;
    held.set(from, volts);
    return to === undefined ? [] : [{ gpio, from, to, ohms }];
  });
  const source = netlist.nets.length + drives.size;
  held.set(source, SUPPLY_VOLTS['3v3']);
  const branches = [...elementBranches, ...pinBranches, ...boardPulls(netlist, source)];
  const volts = solve({ nodes: source + 1, held, branches });
  return {
    volts,
    elementAmps: elementBranches.map((branch) => ampsThrough(branch, volts)),
    pinAmps: new Map(pinBranches.map((branch) => [branch.gpio, ampsThrough(branch, volts)])),
  };
}

/** The nets with a supply. A net that is also connected to ground is at ground. */
function heldNets({ nets }: Netlist): Map<number, number> {
  const held = new Map<number, number>();
  for (const [index, { supplies }] of nets.entries())
    if (supplies.length > 0) held.set(index, Math.min(...supplies.map((supply) => SUPPLY_VOLTS[supply])));
  return held;
}

function branchOf({ element, from, to }: PlacedElement): Branch {
  const { ohms } = element;
  return element.is === 'diode' ? { from, to, ohms, kneeVolts: element.kneeVolts } : { from, to, ohms };
}

/** The branches of the board's pull-ups, from a node that stands for the 3.3 V supply. */
function boardPulls({ netOfGpio }: Netlist, source: number): readonly Branch[] {
  return BOARD_PULLS.flatMap((gpio) => {
    const to = netOfGpio.get(gpio);
    return to === undefined ? [] : [{ from: source, to, ohms: BOARD_PULL_OHMS }];
  });
}
