import { type Circuit, kindOfPart, type Part } from './circuit.ts';
import type { Connections, Goal } from './connections.ts';
import type { PlacedElement } from './electrics.ts';
import type { Net, Netlist } from './netlist.ts';
import { reachThrough } from './reach.ts';

/** The connections of a part of a circuit. `elements` are those of the circuit with all contacts closed. */
export function connectionsOf(part: Part, netlist: Netlist, elements: readonly PlacedElement[]): Connections {
  const others = elements.filter((each) => each.part !== part.id);
  const reach = reachThrough(netlist, others);
  const netOf = (leg: string) => netlist.netOfLeg(part.id, leg) ?? -1;
  const at = (leg: string) => netlist.nets[netOf(leg)] ?? NOTHING;
  return {
    isLoose: (leg) => isAlone(part, leg, at(leg)),
    isJoined: (one, other) => netOf(one) === netOf(other),
    suppliesAt: (leg) => at(leg).supplies,
    gpiosAt: (leg) => at(leg).gpios,
    gpiosNear: (leg) => reach.gpiosFrom(netOf(leg)),
    leadsTo: (leg, goal) => reach.leads(netOf(leg), (net) => isGoal(netlist.nets[net] ?? NOTHING, goal)),
  };
}

const NOTHING: Net = { supplies: [], gpios: [], legs: [], wires: [] };

function isGoal({ supplies, gpios }: Net, goal: Goal): boolean {
  if (goal === 'pin') return gpios.length > 0;
  if (goal === 'ground') return supplies.includes('ground');
  return supplies.includes('3v3') || supplies.includes('5v');
}

function isAlone(part: Part, leg: string, { supplies, gpios, legs }: Net): boolean {
  const own = kindOfPart(part).joined?.find((group) => group.includes(leg)) ?? [leg];
  const others = legs.filter((each) => each.part !== part.id || !own.includes(each.leg));
  return supplies.length + gpios.length + others.length === 0;
}

/** Every part of a circuit with its connections. */
export function allConnections(
  { parts }: Circuit,
  netlist: Netlist,
  elements: readonly PlacedElement[],
): readonly (readonly [Part, Connections])[] {
  return parts.map((part) => [part, connectionsOf(part, netlist, elements)] as const);
}
