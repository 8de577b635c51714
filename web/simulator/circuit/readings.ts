import { type Circuit, kindOfPart, type Part } from './circuit.ts';
import type { HandOf, PlacedElement } from './electrics.ts';
import { type Moment, meanOf, peakOf } from './moments.ts';
import type { Netlist } from './netlist.ts';
import { isOutput, type PinStates, pullOf, waveOf } from './pin-drive.ts';
import type { Reach } from './reach.ts';
import type { Reading, Surroundings, Wave } from './reading.ts';

/** Everything needed to read the parts of a running circuit. */
export interface AtWork {
  readonly circuit: Circuit;
  readonly netlist: Netlist;
  readonly elements: readonly PlacedElement[];
  readonly reach: Reach;
  readonly pins: PinStates;
  readonly moments: readonly Moment[];
  readonly handOf: HandOf;
}

/** The state of every part, by its id. */
export function readParts(work: AtWork): ReadonlyMap<string, Reading> {
  return new Map(
    work.circuit.parts.map((part) => [
      part.id,
      kindOfPart(part).read(surroundingsOf(part, work), part.variant),
    ]),
  );
}

function surroundingsOf(part: Part, work: AtWork): Surroundings {
  const { netlist, elements, moments } = work;
  const kind = kindOfPart(part);
  const netOf = (leg: string) => netlist.netOfLeg(part.id, leg);
  const own = elements.flatMap((each, index) => (each.part === part.id ? [index] : []));
  return {
    hand: kind.hand ? work.handOf(part.id, kind.hand) : 0,
    currentsMa: own.map((index) => 1000 * meanOf(moments, ({ elementAmps }) => elementAmps[index] ?? 0)),
    volts: (leg) => voltsAt(netOf(leg), work),
    swing: (one, other) => swingOf(moments, netOf(one), netOf(other)),
    wave: (leg) => waveAt(netOf(leg), work),
  };
}

/** The mean voltage of a net; `undefined` if nothing determines it. */
function voltsAt(net: number | undefined, work: AtWork): number | undefined {
  if (net === undefined || !isGiven(net, work)) return undefined;
  return meanOf(work.moments, ({ volts }) => volts[net] ?? 0);
}

/** Whether a supply, an output or a pull can be reached from a net. */
function isGiven(net: number, { netlist, reach, pins }: AtWork): boolean {
  return reach.leads(net, (each) => {
    const { supplies = [], gpios = [] } = netlist.nets[each] ?? {};
    return supplies.length > 0 || gpios.some((gpio) => givesVolts(gpio, pins));
  });
}

function givesVolts(gpio: number, pins: PinStates): boolean {
  const state = pins.get(gpio);
  return isOutput(state) || pullOf(gpio, state) !== 'none';
}

function swingOf(moments: readonly Moment[], one: number | undefined, other: number | undefined): number {
  if (one === undefined || other === undefined) return 0;
  const across = ({ volts }: Moment['measured']) => (volts[one] ?? 0) - (volts[other] ?? 0);
  return peakOf(moments, across) + peakOf(moments, (measured) => -across(measured));
}

function waveAt(net: number | undefined, { reach, pins }: AtWork): Wave | undefined {
  if (net === undefined) return undefined;
  for (const gpio of reach.gpiosFrom(net)) {
    const wave = waveOf(gpio, pins.get(gpio));
    if (wave) return wave;
  }
  return undefined;
}
