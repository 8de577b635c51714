import type { Circuit } from '../../circuit.ts';
import { kindOfPart } from '../../circuit.ts';
import type { Netlist } from '../../netlist.ts';

/** The kinds of parts that may lie between a pin and a part. */
const PASSED = new Set(['resistor', 'potentiometer']);

/**
 * The pin that a part is connected to, directly or through resistors, as a BCM number; `undefined` if there is none.
 */
export function gpioOfPart(circuit: Circuit, netlist: Netlist, id: string): number | undefined {
  return gpioNear(circuit, netlist, netsOfPart(circuit, netlist, id));
}

/** The nearest pin to some nets, directly or through resistors. A net with a supply has none. */
export function gpioNear(circuit: Circuit, netlist: Netlist, from: readonly number[]): number | undefined {
  const open = (net: number) => !hasSupply(netlist, net);
  const near = netsNear(circuit, netlist, from.filter(open)).filter(open);
  return near.flatMap((net) => netlist.nets[net]?.gpios ?? [])[0];
}

/** These nets, and those that they reach through resistors, the nearest first. A net with a supply ends a path. */
export function netsNear(circuit: Circuit, netlist: Netlist, from: readonly number[]): readonly number[] {
  const reached = new Set(from);
  for (const net of reached) {
    if (hasSupply(netlist, net)) continue;
    for (const next of netsBehind(circuit, netlist, net)) reached.add(next); // A Set also visits what is added during its loop.
  }
  return [...reached];
}

function hasSupply(netlist: Netlist, net: number): boolean {
  return (netlist.nets[net]?.supplies.length ?? 0) > 0;
}

function netsOfPart({ parts }: Circuit, netlist: Netlist, id: string): readonly number[] {
  const part = parts.find((each) => each.id === id);
  if (!part) return [];
  return [...new Set(kindOfPart(part).legs.flatMap(({ name }) => netlist.netOfLeg(id, name) ?? []))];
}

function netsBehind(circuit: Circuit, netlist: Netlist, net: number): readonly number[] {
  const legs = netlist.nets[net]?.legs ?? [];
  const passed = circuit.parts.filter(
    ({ id, kind }) => PASSED.has(kind) && legs.some(({ part }) => part === id),
  );
  return passed.flatMap(({ id }) => netsOfPart(circuit, netlist, id));
}
