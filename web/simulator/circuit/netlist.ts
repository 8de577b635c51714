import { HEADER_PINS, type HeaderPin } from '../../../devices/facts/header.ts';
import { isRail, ROW_NAMES } from '../bench/breadboard.ts';
import { type Circuit, kindOfPart, legsOf, type Part } from './circuit.ts';
import { DisjointSets } from './disjoint-sets.ts';
import type { Supply } from './supply.ts';
import { COLUMNS, type LegTerminal, type Terminal, terminalText } from './terminal.ts';

/** Terminals that are connected by the board, by wires, and by metal inside parts. */
export interface Net {
  readonly supplies: readonly Supply[];
  /** BCM numbers, ascending. */
  readonly gpios: readonly number[];
  readonly legs: readonly LegTerminal[];
  /** The ids of the wires in it. */
  readonly wires: readonly string[];
}

/** Every terminal belongs to exactly one net, even if nothing is plugged into it. */
export interface Netlist {
  readonly nets: readonly Net[];
  /** The index of a terminal's net; `undefined` for a leg of a part that does not exist. */
  netAt(terminal: Terminal): number | undefined;
  /** The index of the net that a leg of a part is in. */
  netOfLeg(part: string, leg: string): number | undefined;
  /** The index of the net of each GPIO on the header. */
  readonly netOfGpio: ReadonlyMap<number, number>;
}

/** Works out which terminals of a circuit are connected. */
export function netlistOf(circuit: Circuit): Netlist {
  const places = listPlaces(circuit);
  const joined = joinAll(circuit, places);
  const netOfRoot = new Map<number, number>();
  for (const place of places.values()) {
    const root = joined.find(place);
    if (!netOfRoot.has(root)) netOfRoot.set(root, netOfRoot.size);
  }
  const netAt = (terminal: Terminal): number | undefined => {
    const place = places.get(placeOf(terminal));
    return place === undefined ? undefined : netOfRoot.get(joined.find(place));
  };
  const legs = new Map(
    circuit.parts.flatMap((part) =>
      legsOf(part).map(({ leg, terminal }) => [`${part.id}.${leg}`, terminal && netAt(terminal)] as const),
    ),
  );
  return {
    nets: describeNets(circuit, netOfRoot.size, netAt),
    netAt,
    netOfLeg: (part, leg) => legs.get(`${part}.${leg}`),
    netOfGpio: new Map(
      HEADER_PINS.flatMap(({ gpio, physical }) => {
        const net = netAt({ at: 'header', physical });
        return gpio === undefined || net === undefined ? [] : [[gpio, net] as const];
      }),
    ),
  };
}

/** The piece of metal that a terminal belongs to on an empty board: five holes of a column, a rail, or the pin itself. */
function placeOf(terminal: Terminal): string {
  if (terminal.at === 'leg') return terminalText(terminal);
  if (terminal.at === 'hole') {
    const { row, column } = terminal;
    if (isRail(row)) return row;
    return `${row >= 'f' ? 'upper' : 'lower'} ${column}`;
  }
  const pin = HEADER_PINS[terminal.physical - 1];
  return pin ? placeOfPin(pin) : terminalText(terminal);
}

/** The Raspberry Pi connects its ground pins to each other, and the pins of each supply. */
function placeOfPin(pin: HeaderPin): string {
  return pin.gpio === undefined ? supplyOf(pin) : `gpio ${pin.gpio}`;
}

function supplyOf({ role }: HeaderPin): Supply {
  if (role === 'power-5v') return '5v';
  return role === 'power-3v3' ? '3v3' : 'ground';
}

function listPlaces({ parts }: Circuit): ReadonlyMap<string, number> {
  const columns = Array.from({ length: COLUMNS }, (_, column) => column);
  const names = [
    ...ROW_NAMES.filter(isRail),
    ...columns.flatMap((column) => [`upper ${column}`, `lower ${column}`]),
    ...HEADER_PINS.map(placeOfPin),
    ...parts.filter(({ place }) => place.on === 'bench').flatMap((part) => legsOf(part).map(legPlace)),
  ];
  return new Map([...new Set(names)].map((name, index) => [name, index]));
}

function legPlace({ terminal }: ReturnType<typeof legsOf>[number]): string {
  return terminal ? placeOf(terminal) : '';
}

function joinAll({ parts, wires }: Circuit, places: ReadonlyMap<string, number>): DisjointSets {
  const joined = new DisjointSets(places.size);
  const join = (one: Terminal | undefined, other: Terminal | undefined) => {
    const from = one && places.get(placeOf(one));
    const to = other && places.get(placeOf(other));
    if (from !== undefined && to !== undefined) joined.join(from, to);
  };
  for (const { from, to } of wires) join(from, to);
  for (const part of parts) for (const [one, other] of metalOf(part)) join(one, other);
  return joined;
}

/** The pairs of legs that are one piece of metal. */
function metalOf(part: Part): readonly (readonly [Terminal | undefined, Terminal | undefined])[] {
  const at = new Map(legsOf(part).map(({ leg, terminal }) => [leg, terminal]));
  return (kindOfPart(part).joined ?? []).flatMap(([first = '', ...others]) =>
    others.map((other) => [at.get(first), at.get(other)] as const),
  );
}

function describeNets({ parts, wires }: Circuit, count: number, netAt: Netlist['netAt']): readonly Net[] {
  const nets = Array.from({ length: count }, () => ({
    supplies: new Set<Supply>(),
    gpios: [] as number[],
    legs: [] as LegTerminal[],
    wires: [] as string[],
  }));
  const at = (terminal: Terminal | undefined) => nets[(terminal && netAt(terminal)) ?? -1];
  for (const pin of HEADER_PINS) {
    const net = at({ at: 'header', physical: pin.physical });
    if (pin.gpio === undefined) net?.supplies.add(supplyOf(pin));
    else net?.gpios.push(pin.gpio);
  }
  for (const part of parts)
    for (const { leg, terminal } of legsOf(part)) at(terminal)?.legs.push({ at: 'leg', part: part.id, leg });
  for (const { id, from } of wires) at(from)?.wires.push(id);
  return nets.map(({ supplies, gpios, ...rest }) => ({
    ...rest,
    supplies: [...supplies],
    gpios: gpios.sort((one, other) => one - other),
  }));
}
