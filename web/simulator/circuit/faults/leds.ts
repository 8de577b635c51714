import type { Connections } from '../connections.ts';
import type { Design } from '../design.ts';
import type { PlacedElement } from '../electrics.ts';
import type { Diode } from '../element.ts';
import type { Fault, PartFault } from '../fault.ts';
import { type Group, groupsOf } from './groups.ts';
import { type Trials, tryPins } from './trials.ts';

/** What an indicator LED of 5 mm bears for long, milliamperes: the current at which data sheets give its values. */
export const LED_LIMIT_MA = 20;

/** Less than this nobody sees, amperes. */
const DARK_AMPS = 0.05e-3;

/** Less light than this share is called dim. */
const DIM_SHARE = 0.05;

/** What has less than this does not limit a current: contacts and wires. */
const LIMITING_OHMS = 10;

/** An LED, or one colour of one, in its circuit. */
interface PlacedDiode extends PlacedElement {
  readonly element: Diode;
}

/** What is wrong with LEDs, whatever the pins do now. */
export function ledFaults(design: Design): readonly Fault[] {
  const connections = new Map(design.connections.map(([part, connected]) => [part.id, connected]));
  return groupsOf(design).flatMap((group) => {
    const diodes = group.variants[1].filter(isDiode);
    const sound = diodes.filter((diode) => isConnected(diode, connections.get(diode.part)));
    if (sound.length === 0) return [];
    const trials = tryPins(design.netlist, group.gpios, group.variants);
    return sound.flatMap((diode) => {
      const found = examine(diode, { design, group, trials, connected: connections.get(diode.part) });
      return found ? [{ ...found, parts: [diode.part], wires: [] }] : [];
    });
  });
}

function isDiode(each: PlacedElement): each is PlacedDiode {
  return each.element.is === 'diode';
}

/** A leg that is loose, or joined to the other, is a fault of its own. */
function isConnected({ element, from, to }: PlacedDiode, connected: Connections | undefined): boolean {
  return from !== to && connected !== undefined && !element.between.some((leg) => connected.isLoose(leg));
}

interface Examined {
  readonly design: Design;
  readonly group: Group;
  readonly trials: Trials;
  readonly connected: Connections | undefined;
}

function examine(diode: PlacedDiode, examined: Examined): PartFault | undefined {
  const amps = examined.trials.mostAmps(diode);
  return amps < DARK_AMPS ? whyDark(diode, examined) : whyWrong(diode, amps, examined);
}

/** Why an LED never lights. */
function whyDark(diode: PlacedDiode, { design, group, connected }: Examined): PartFault | undefined {
  if (lightsReversed(diode, design, group)) return { code: 'led/reversed', severity: 'fault' };
  const [anode, cathode] = diode.element.between;
  const isFed = connected?.leadsTo(anode, 'supply') || connected?.leadsTo(anode, 'pin');
  const isDrained = connected?.leadsTo(cathode, 'ground') || connected?.leadsTo(cathode, 'pin');
  if (!isDrained) return { code: 'part/no-ground', severity: 'fault' };
  if (!isFed) return { code: 'part/no-supply', severity: 'fault' };
  const neededVolts = diode.element.kneeVolts;
  return { code: 'led/too-little-voltage', severity: 'fault', neededVolts };
}

function lightsReversed(diode: PlacedDiode, { netlist }: Design, { variants, gpios }: Group): boolean {
  const reversed = { ...diode, from: diode.to, to: diode.from };
  const isSame = (each: PlacedElement) =>
    each.part === diode.part && each.element.between[0] === diode.element.between[0];
  const turned = variants.map((elements) => elements.map((each) => (isSame(each) ? reversed : each)));
  return tryPins(netlist, gpios, turned).mostAmps(reversed) >= DARK_AMPS;
}

/** What is wrong with the current of an LED that lights. */
function whyWrong(diode: PlacedDiode, amps: number, { design, group }: Examined): PartFault | undefined {
  const currentMa = amps * 1000;
  const isTooMuch = currentMa > LED_LIMIT_MA;
  if (!hasResistor(diode, design, group)) {
    const severity = isTooMuch ? 'danger' : 'hint';
    return { code: 'led/no-resistor', severity, currentMa, limitMa: LED_LIMIT_MA };
  }
  if (isTooMuch)
    return { code: 'led/too-much-current', severity: 'danger', currentMa, limitMa: LED_LIMIT_MA };
  const isDim = currentMa / diode.element.fullMa < DIM_SHARE;
  return isDim ? { code: 'led/too-dim', severity: 'hint', currentMa } : undefined;
}

/** Whether the LED is dark without resistors: if it is not, there is a way around them, or there are none. */
function hasResistor(diode: PlacedDiode, { netlist }: Design, { variants, gpios }: Group): boolean {
  const bare = variants.map((elements) =>
    elements.filter(({ element }) => element.is === 'diode' || element.ohms < LIMITING_OHMS),
  );
  return tryPins(netlist, gpios, bare).mostAmps(diode) < DARK_AMPS;
}
