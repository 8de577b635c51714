import type { Connections } from '../connections.ts';
import type { Design } from '../design.ts';
import type { PlacedElement } from '../electrics.ts';
import type { Diode } from '../element.ts';
import type { Fault, PartFault } from '../fault.ts';
import { type Group, groupsOf } from './groups.ts';
import { type Trials, tryPins } from './trials.ts';

/**
 * The continuous current that a 5 mm indicator LED tolerates, milliamperes: data sheets give its values at this
 * current.
 */
export const LED_LIMIT_MA = 20;

/** A current below this gives no visible light, amperes. */
const DARK_AMPS = 0.05e-3;

/** A brightness below this share is reported as dim. */
const DIM_SHARE = 0.05;

/** An element with a resistance below this does not limit the current: contacts and wires. */
const LIMITING_OHMS = 10;

/** An LED, or one color of one, in its circuit. */
interface PlacedDiode extends PlacedElement {
  readonly element: Diode;
}

/** The faults of LEDs that do not depend on the current state of the pins. */
export function ledFaults(design: Design): readonly Fault[] {
  const connections = new Map(design.connections.map(([part, connected]) => [part.id, connected]));
  return groupsOf(design).flatMap((group) => {
    const diodes = group.variants[1].filter(isDiode);
    const sound = diodes.filter((diode) => isConnected(diode, connections.get(diode.part)));
    if (sound.length === 0) return [];
    const trials = tryPins(design.netlist, group.gpios, group.variants);
    const bare = tryPins(design.netlist, group.gpios, group.variants.map(withoutResistors));
    return sound.flatMap((diode) => {
      const connected = connections.get(diode.part);
      const found = examine(diode, { design, group, trials, bare, connected });
      return found ? [{ ...found, parts: [diode.part], wires: [] }] : [];
    });
  });
}

function isDiode(each: PlacedElement): each is PlacedDiode {
  return each.element.is === 'diode';
}

/** A leg that is loose, or connected to the other leg, has a fault of its own. */
function isConnected({ element, from, to }: PlacedDiode, connected: Connections | undefined): boolean {
  return from !== to && connected !== undefined && !element.between.some((leg) => connected.isLoose(leg));
}

interface Examined {
  readonly design: Design;
  readonly group: Group;
  readonly trials: Trials;
  /** The same trials without resistors. */
  readonly bare: Trials;
  readonly connected: Connections | undefined;
}

function examine(diode: PlacedDiode, examined: Examined): PartFault | undefined {
  const amps = examined.trials.mostAmps(diode);
  return amps < DARK_AMPS ? whyDark(diode, examined) : whyWrong(diode, amps, examined);
}

/** The reason why an LED never lights. */
function whyDark(diode: PlacedDiode, examined: Examined): PartFault | undefined {
  const { connected } = examined;
  if (lightsReversed(diode, examined)) return { code: 'led/reversed', severity: 'fault' };
  const [anode, cathode] = diode.element.between;
  const isFed = connected?.leadsTo(anode, 'supply') || connected?.leadsTo(anode, 'pin');
  const isDrained = connected?.leadsTo(cathode, 'ground') || connected?.leadsTo(cathode, 'pin');
  if (!isDrained) return { code: 'part/no-ground', severity: 'fault' };
  if (!isFed) return { code: 'part/no-supply', severity: 'fault' };
  const neededVolts = diode.element.kneeVolts;
  return { code: 'led/too-little-voltage', severity: 'fault', neededVolts };
}

function lightsReversed(diode: PlacedDiode, { design, group, trials }: Examined): boolean {
  // The LED does not conduct, so the voltage across it is the one that a reversed LED would get.
  if (trials.mostReverseVolts(diode) < diode.element.kneeVolts) return false;
  const reversed = { ...diode, from: diode.to, to: diode.from };
  const isSame = (each: PlacedElement) =>
    each.part === diode.part && each.element.between[0] === diode.element.between[0];
  const turned = group.variants.map((elements) => elements.map((each) => (isSame(each) ? reversed : each)));
  return tryPins(design.netlist, group.gpios, turned).mostAmps(reversed) >= DARK_AMPS;
}

/** The fault in the current of an LED that lights. */
function whyWrong(diode: PlacedDiode, amps: number, { bare }: Examined): PartFault | undefined {
  const currentMa = amps * 1000;
  const isTooMuch = currentMa > LED_LIMIT_MA;
  // If the LED lights without any resistors, there are none, or a path bypasses them.
  if (bare.mostAmps(diode) >= DARK_AMPS) {
    const severity = isTooMuch ? 'danger' : 'hint';
    return { code: 'led/no-resistor', severity, currentMa, limitMa: LED_LIMIT_MA };
  }
  if (isTooMuch)
    return { code: 'led/too-much-current', severity: 'danger', currentMa, limitMa: LED_LIMIT_MA };
  const isDim = currentMa / diode.element.fullMa < DIM_SHARE;
  return isDim ? { code: 'led/too-dim', severity: 'hint', currentMa } : undefined;
}

function withoutResistors(elements: readonly PlacedElement[]): readonly PlacedElement[] {
  return elements.filter(({ element }) => element.is === 'diode' || element.ohms < LIMITING_OHMS);
}
